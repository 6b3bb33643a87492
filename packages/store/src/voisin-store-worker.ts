import { serve } from '@voisin/worker'
import { databaseMethods } from './worker/database-methods.ts'

serve(self, databaseMethods())
