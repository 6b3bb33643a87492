import { serve } from '@voisin/worker'
import { parseOdt } from '../odt/parse-odt.ts'
import { parsersOf } from '../parser.ts'
import { parseXlsx } from '../xlsx/parse-xlsx.ts'
import { parseDocx } from './parse-docx.ts'

// What reads one reads most of the others: one file serves these loaders.
serve(self, parsersOf({ docx: parseDocx, odt: parseOdt, xlsx: parseXlsx }))
