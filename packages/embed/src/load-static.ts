import { type LatePart, latePart } from '@voisin/spec'
import type { LoadEngine } from './text-engine.ts'

/** The engine of static models: an app whose worker does the work never needs it here. */
export const lateStatic: LatePart<typeof import('./static-engine.ts')> = latePart(
  'The engine of static models',
  ['voisin/eager', '@voisin/embed/eager'],
  () => import('./static-engine.ts'),
)

export const loadStatic: LoadEngine = async (setup, call) => {
  const { StaticEngine } = await lateStatic.load()
  return await StaticEngine.load(setup, call)
}
