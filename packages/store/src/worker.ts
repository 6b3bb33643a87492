import { serve } from '@voisin/worker'
import { collectionMethods } from './collection-methods.ts'

serve(self, collectionMethods())
