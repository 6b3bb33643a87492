import { serve } from '@voisin/worker'
import { parserOf } from '../parser.ts'
import { parseDocx } from './parse-docx.ts'

serve(self, parserOf(parseDocx))
