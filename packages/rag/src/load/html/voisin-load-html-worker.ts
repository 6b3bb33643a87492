import { serve } from '@voisin/worker'
import { parseEpub } from '../epub/parse-epub.ts'
import { parsersOf } from '../parser.ts'
import { parseHtml } from './parse-html.ts'

// A book is chapters of HTML: one file serves both loaders.
serve(self, parsersOf({ html: parseHtml, epub: parseEpub }))
