import type { StaticModelSource } from '@voisin/spec'

/** A dependency that Vite's development server has bundled, and where the server begins. */
const BUNDLED = /^(https?:\/\/[^/]+\/(?:[^?]*?\/)??)(?:@fs|node_modules)\/[^?]*\.vite[^/]*\/deps\//

/**
 * Where a model's file lies while an app is developed with Vite 5 to 7. The server moves packages away from their files, but says where a package
 * was, outside the app's own folder too, as in a monorepo; the model's package is beside that.
 *
 * @param here The URL of the module that asks.
 */
export async function withViteFiles(
  files: StaticModelSource['files'],
  here: string | undefined,
): Promise<StaticModelSource['files']> {
  const start = BUNDLED.exec(here ?? '')?.[1]
  if (start === undefined) return files
  const answer = await fetch(`${start}@id/voisin?url`).catch(() => undefined)
  const place = /^export default "([^"]+)"/.exec((await answer?.text()) ?? '')?.[1]
  if (place === undefined) return files
  const file = new URL('../../@voisin/mini/model/voisin-mini.bin', new URL(place, start))
  return { ...files, elsewhere: [...(files.elsewhere ?? []), file] }
}
