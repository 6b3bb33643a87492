// For realms that may load nothing later, as service workers: importing this brings the engine along.
import '@voisin/index/eager'
import * as engine from './engine-here.ts'
import { useEngine } from './load-engine.ts'

useEngine(engine)
