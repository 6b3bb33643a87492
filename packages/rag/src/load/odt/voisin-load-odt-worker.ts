import { serve } from '@voisin/worker'
import { parserOf } from '../parser.ts'
import { parseOdt } from './parse-odt.ts'

serve(self, parserOf(parseOdt))
