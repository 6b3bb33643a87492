import { serve } from '@voisin/worker'
import { engineMethods } from './engine-methods.ts'
import { StaticEngine } from './static-engine.ts'

serve(
  self,
  engineMethods((setup, call) => StaticEngine.load(setup, call)),
)
