// For realms that may load nothing later, as service workers: importing this brings the kernels along.
import * as plain from './generated/plain.ts'
import * as relaxed from './generated/relaxed.ts'
import { VARIANTS } from './kernels.ts'

// No thread of another realm joins there: kernels for shared memory are never asked for.
VARIANTS.relaxed.own = async () => relaxed
VARIANTS.plain.own = async () => plain
