import { serve } from '@voisin/worker'
import { parseOdt } from '../odt/parse-odt.ts'
import { parsersOf } from '../parser.ts'
import { parseDocx } from './parse-docx.ts'

// What reads one reads most of the other: one file serves both loaders.
serve(self, parsersOf({ docx: parseDocx, odt: parseOdt }))
