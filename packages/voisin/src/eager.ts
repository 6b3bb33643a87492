// For realms that may load nothing later, as service workers: importing this brings along what would come later.
import '@voisin/embed/eager'
import '@voisin/rag/eager'
import '@voisin/store/eager'
import { lateOpening } from './late-opening.ts'
import * as opening from './opening.ts'

lateOpening.give(opening)
