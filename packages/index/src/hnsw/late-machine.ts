import { type LatePart, latePart } from '@voisin/spec'

/** An app's first lines do without. */
export const lateMachine: LatePart<typeof import('./machine.ts')> = latePart(
  'The index',
  ['voisin/eager', '@voisin/store/eager', '@voisin/index/eager'],
  () => import('./machine.ts'),
)
