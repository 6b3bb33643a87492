import { serve } from '@voisin/worker'
import { engineMethods } from './engine-methods.ts'
import { OnnxEngine } from './onnx-engine.ts'
import { loadXenova } from './runtimes/xenova.ts'

serve(
  self,
  engineMethods((setup, call) => OnnxEngine.load(setup, loadXenova, call)),
)
