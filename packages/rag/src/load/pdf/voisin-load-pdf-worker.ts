import { serve } from '@voisin/worker'
import { parsersOf } from '../parser.ts'
import { parsePdf } from './parse-pdf.ts'

serve(self, parsersOf({ pdf: parsePdf }))
