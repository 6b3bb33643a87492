// For realms that may load nothing later, as service workers: importing this brings the engine of static models along.
import { useStaticEngine } from './load-static.ts'
import { StaticEngine } from './static-engine.ts'

useStaticEngine(StaticEngine)
