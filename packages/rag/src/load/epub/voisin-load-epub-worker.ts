import { serve } from '@voisin/worker'
import { parserOf } from '../parser.ts'
import { parseEpub } from './parse-epub.ts'

serve(self, parserOf(parseEpub))
