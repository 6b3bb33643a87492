import { serve } from '@voisin/worker'
import { engineMethods } from './engine-methods.ts'

serve(self, engineMethods())
