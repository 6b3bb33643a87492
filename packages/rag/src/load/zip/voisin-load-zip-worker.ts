import { serve } from '@voisin/worker'
import { zipUnpacker } from './unpack-zip.ts'

serve(self, zipUnpacker)
