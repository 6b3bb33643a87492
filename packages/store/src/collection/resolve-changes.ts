import { ConflictError, type Expectation, type Filter, type PointId } from '@voisin/spec'
import type { EntryBody, UpdateGroup } from '../log/entry-codec.ts'
import { checkBodySize, checkPayloadSize } from '../points/limits.ts'
import { decodePayload, encodePayload } from '../points/payload-codec.ts'
import type { PointColumns } from '../points/point-columns.ts'
import { countMatching, matching } from '../query/matching.ts'
import { compileFilter } from '../query/parse-filter.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { Changes, Patch } from './changes.ts'

/** Whether what a write does depends on what is there. */
export function dependsOnState({ patches, deleteFilter, expect }: Changes): boolean {
  return patches.length > 0 || deleteFilter !== undefined || expect.length > 0
}

/** The upserted points with the patches of the same write merged in; the same for every state. */
export function foldPatches({ upserts, patches }: Changes): PointColumns {
  if (patches.length === 0 || upserts.ids.length === 0) return upserts
  const places = new Map<PointId, number>()
  upserts.ids.forEach((id, i) => void places.set(id, i))
  const payloads = [...upserts.payloads]
  for (const { ids, payload } of patches) {
    const patch = decodePayload(payload)
    for (const id of ids) {
      const place = places.get(id)
      if (place !== undefined) payloads[place] = checkPayloadSize(encodePayload({ ...decodePayload(payloads[place]!), ...patch }))
    }
  }
  return { ...upserts, payloads }
}

/**
 * What a write comes to, in this state: whole payloads and ids.
 *
 * @param upserts As `foldPatches` gives them.
 * @throws {ConflictError} What was expected does not hold.
 */
export function resolveChanges(
  state: CollectionState,
  changes: Changes,
  upserts: PointColumns,
): Pick<EntryBody, 'updates' | 'deletes'> {
  for (const expectation of changes.expect) checkExpectation(state, expectation)
  const upserted = new Map<PointId, Uint8Array>()
  upserts.ids.forEach((id, i) => void upserted.set(id, upserts.payloads[i]!))
  const updated = new Map<PointId, { payload: Uint8Array; fields: readonly string[] }>()
  for (const patch of changes.patches) updatePayloads(state, patch, upserted, updated)
  const deletes = new Set(changes.deletes)
  if (changes.deleteFilter !== undefined) {
    for (const id of matchingAfter(state, changes.deleteFilter, upserted, updated)) deletes.add(id)
  }
  return { updates: grouped(updated), deletes: [...deletes] }
}

function checkExpectation(state: CollectionState, { filter, count }: Expectation): void {
  const found = countMatching(state, filter)
  if (found === count) return
  throw new ConflictError('The collection is not as this write expects it.', {
    expected: `${count} points that match ${spelled(filter)}`,
    received: `${found}`,
    remedy: 'Read again what the write depends on, and make it anew.',
    dataState: 'intact',
  })
}

/** A filter as an error may show it. */
function spelled(filter: Filter): string {
  return JSON.stringify(filter, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

function updatePayloads(
  state: CollectionState,
  { ids, payload, fields }: Patch,
  upserted: ReadonlyMap<PointId, Uint8Array>,
  updated: Map<PointId, { payload: Uint8Array; fields: readonly string[] }>,
): void {
  const patch = decodePayload(payload)
  let bytes = 0
  for (const id of ids) {
    if (upserted.has(id)) continue
    const before = updated.get(id)
    const offset = state.ids.offset(id)
    if (before === undefined && offset === undefined) continue
    // A payload that makes no sense cannot be merged with: its point counts as absent.
    const base = before === undefined ? state.payload(offset!) : decodePayload(before.payload)
    if (base === undefined) continue
    const merged = checkPayloadSize(encodePayload({ ...base, ...patch }))
    bytes += merged.length
    // Before all of it is made: a thousand points may each be large.
    checkBodySize(bytes)
    updated.set(id, { payload: merged, fields: state.missesEntries ? ANY_FIELD : joined(before?.fields, fields) })
  }
}

/** Another tab may have read the entry that this one lacks: then this payload differs from its own by more than was asked for. */
const ANY_FIELD: readonly string[] = []

function joined(before: readonly string[] | undefined, fields: readonly string[]): readonly string[] {
  return before === undefined ? fields : [...new Set([...before, ...fields])]
}

/** Ids of what matches once upserts and updates are done. */
function* matchingAfter(
  state: CollectionState,
  filter: Filter,
  upserted: ReadonlyMap<PointId, Uint8Array>,
  updated: ReadonlyMap<PointId, { payload: Uint8Array }>,
): Generator<PointId, void, undefined> {
  for (const offset of matching(state, filter)) {
    const id = state.ids.id(offset)!
    if (!upserted.has(id) && !updated.has(id)) yield id
  }
  const predicate = compileFilter(filter)
  for (const [id, payload] of upserted) if (predicate(id, decodePayload(payload))) yield id
  for (const [id, { payload }] of updated) if (predicate(id, decodePayload(payload))) yield id
}

/** Points that the same keys were changed of, together. */
function grouped(updated: ReadonlyMap<PointId, { payload: Uint8Array; fields: readonly string[] }>): UpdateGroup[] {
  const groups = new Map<readonly string[], { ids: PointId[]; payloads: Uint8Array[] }>()
  for (const [id, { payload, fields }] of updated) {
    const group = groups.get(fields) ?? { ids: [], payloads: [] }
    groups.set(fields, group)
    group.ids.push(id)
    group.payloads.push(payload)
  }
  return Array.from(groups, ([fields, { ids, payloads }]) => ({ fields, ids, payloads }))
}
