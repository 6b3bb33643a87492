// For realms that may load nothing later, as service workers: importing this brings the engine along.
import '@voisin/index/eager'
import * as client from './client-here.ts'
import * as engine from './engine-here.ts'
import { clientPart, enginePart } from './late-parts.ts'

clientPart.give(client)
enginePart.give(engine)
