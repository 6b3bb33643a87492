import { type LatePart, latePart } from '@voisin/spec'

const DOORS = ['voisin/eager', '@voisin/store/eager']

/** What a page needs of collections that are open in a worker, and of those that are listed. */
export const clientPart: LatePart<typeof import('./client-here.ts')> = latePart(
  'The client of collections',
  DOORS,
  () => import('./client-here.ts'),
)

/** What does the work where it is done in this realm: what a page whose worker does it never needs. */
export const enginePart: LatePart<typeof import('./engine-here.ts')> = latePart(
  'The engine',
  DOORS,
  () => import('./engine-here.ts'),
)
