import { spell } from '../derived/field-column.ts'

/** Tells the groups of a field apart, each offset being looked at once. */
export function groupsBy(valuesAt: (offset: number) => readonly unknown[]): (offset: number) => unknown {
  const known = new Map<number, unknown>()
  return (offset) => {
    let group = known.get(offset)
    if (group === undefined) {
      group = groupOf(valuesAt(offset))
      known.set(offset, group)
    }
    return group
  }
}

/** What is the same for all of a group, and for nobody else. */
function groupOf(values: readonly unknown[]): unknown {
  if (!isThere(values)) return Symbol()
  const there = values.flat().filter((value) => value !== undefined && value !== null)
  const [value] = there
  // Strings with a letter before them, so that none spells another value.
  if (there.length === 1 && typeof value !== 'object') return typeof value === 'string' ? `s${value}` : value
  return `v${spell(there)}`
}

/** Whether values are any. */
export function isThere(values: readonly unknown[]): boolean {
  return values.flat().some((value) => value !== undefined && value !== null)
}
