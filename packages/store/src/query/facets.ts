import { type Facet, type FacetValue, type Filter, InvalidArgumentError } from '@voisin/spec'
import type { CollectionState } from '../state/collection-state.ts'
import { parseFilter } from './parse-filter.ts'
import { selectPoints } from './select-points.ts'

/** The values at a path, of the points that match. */
export interface AskedFacets {
  readonly path: string
  readonly filter?: Filter
  readonly limit?: number
}

/** Values equal as filters say: of one type, dates by time. Those of an array are its elements; a point counts once for each. */
export function facetsOf(state: CollectionState, { path, filter = {}, limit }: AskedFacets): Facet[] {
  const counts = new Map<Exclude<FacetValue, Date>, number>()
  const dates = new Map<number, number>()
  const add = (value: unknown, points: number) => {
    if (value instanceof Date) dates.set(value.getTime(), (dates.get(value.getTime()) ?? 0) + points)
    else if (isCounted(value)) counts.set(value, (counts.get(value) ?? 0) + points)
  }
  state.tally(path, selectPoints(state, parseFilter(filter)), (values, points) => {
    if (values.length === 1 && !Array.isArray(values[0])) add(values[0], points)
    else for (const value of apart(values.flat())) add(value, points)
  })
  const facets = Array.from(counts, ([value, count]): Facet => ({ value, count }))
  for (const [time, count] of dates) facets.push({ value: new Date(time), count })
  facets.sort((a, b) => b.count - a.count || inOrder(a.value, b.value))
  return facets.slice(0, limit)
}

/** @throws {InvalidArgumentError} */
export function checkFacets(path: unknown, limit: unknown): void {
  if (typeof path !== 'string' || path === '')
    throw new InvalidArgumentError('No field to count the values of.', {
      expected: 'a path, as "year" or "author.name"',
      received: path === '' ? 'an empty string' : typeof path,
    })
  if (limit === undefined || (Number.isSafeInteger(limit) && (limit as number) >= 1)) return
  throw new InvalidArgumentError('No such limit of values.', { expected: 'an integer ≥ 1', received: String(limit) })
}

function isCounted(value: unknown): value is Exclude<FacetValue, Date> {
  return typeof value !== 'object' && value !== undefined
}

/** Each once. */
function apart(values: readonly unknown[]): unknown[] {
  const times = new Set<number>()
  const isNew = (value: unknown) => !(value instanceof Date) || times.size !== times.add(value.getTime()).size
  return [...new Set(values)].filter(isNew)
}

/** By type, then ascending. */
function inOrder(a: FacetValue, b: FacetValue): number {
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return a < b ? -1 : 1
}
