import { serve } from '@voisin/worker'
import { parserOf } from '../parser.ts'
import { parseHtml } from './parse-html.ts'

serve(self, parserOf(parseHtml))
