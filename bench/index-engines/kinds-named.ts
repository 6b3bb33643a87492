import type { EngineKind } from './engine.ts'

/** The kinds of some engines, each named as engine or engine/mode, with commas between. */
export function kindsNamed(kinds: readonly EngineKind[], names: string): EngineKind[] {
  return names.split(',').flatMap((name) => {
    const found = kinds.filter(({ engine, mode }) => name === engine || name === `${engine}/${mode}`)
    if (found.length > 0) return found
    throw new Error(`There is no engine "${name}": ${kinds.map(({ engine, mode }) => `${engine}/${mode}`).join(', ')}.`)
  })
}
