import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, bytesOf, sums } from './sizes.mjs'

const ENGINES = fileURLToPath(new URL('../index-engines', import.meta.url))
const OWN = fileURLToPath(new URL('../../packages/index/src/index.ts', import.meta.url))

/**
 * Puts into each build row what the engine's code costs an app: its few lines in index-engines/, bundled and minified by Vite with all
 * that they load, JavaScript and WebAssembly. For ours the whole door, whatever is used of it.
 */
export async function withModuleSizes(result) {
  const known = new Map()
  for (const { row, engine } of result.rows) {
    if (row !== 'build' || known.has(engine)) continue
    try {
      const { output } = await bundle(engine, engine === 'voisin' ? OWN : join(ENGINES, `${engine}.ts`))
      known.set(engine, sums('module', output.map(bytesOf)))
    } catch (error) {
      // What was measured for hours is not lost for it.
      known.set(engine, {})
      console.error(`${engine} could not be bundled, so its size is missing: ${error}`)
    }
  }
  return { ...result, rows: result.rows.map((row) => (row.row === 'build' ? { ...row, ...known.get(row.engine) } : row)) }
}
