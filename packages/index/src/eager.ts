// For realms that may load nothing later, as service workers: importing this brings along what would come later.
import * as plain from './generated/plain.ts'
import * as relaxed from './generated/relaxed.ts'
import { lateMachine } from './hnsw/late-machine.ts'
import * as machine from './hnsw/machine.ts'
import { VARIANTS } from './kernels.ts'

lateMachine.give(machine)

// No thread of another realm joins there: kernels for shared memory are never asked for.
VARIANTS.relaxed.own = async () => relaxed
VARIANTS.plain.own = async () => plain
