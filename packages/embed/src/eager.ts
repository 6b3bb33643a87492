// For realms that may load nothing later, as service workers: importing this brings the engine of static models along.
import { lateStatic } from './load-static.ts'
import * as engine from './static-engine.ts'

lateStatic.give(engine)
