import { type LatePart, latePart } from '@voisin/spec'

/** All that an open library needs: an app's first lines do without. */
export const lateOpening: LatePart<typeof import('./opening.ts')> = latePart(
  'The library',
  ['voisin/eager'],
  () => import('./opening.ts'),
)
