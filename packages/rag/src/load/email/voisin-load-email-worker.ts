import { serve } from '@voisin/worker'
import { parsersOf } from '../parser.ts'
import { parseMail } from './parse-email.ts'

serve(self, parsersOf({ email: parseMail }))
