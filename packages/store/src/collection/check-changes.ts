import { checkVectors } from '@voisin/index'
import {
  classOf,
  type Expectation,
  type Filter,
  InvalidArgumentError,
  type Payload,
  type PointId,
  type WriteChanges,
  type WriteOptions,
} from '@voisin/spec'
import type { FullSchema } from '../database/collection-record.ts'
import { checkKeys } from '../points/check-keys.ts'
import { checkPayloadSize } from '../points/limits.ts'
import { encodePayload } from '../points/payload-codec.ts'
import type { PointColumns } from '../points/point-columns.ts'
import { parseFilter } from '../query/parse-filter.ts'
import type { Changes, Patch } from './changes.ts'
import { checkIds } from './check-ids.ts'
import { takeUpsert } from './take-upsert.ts'

const CHANGE_KEYS = ['upsert', 'update', 'delete']

/**
 * Checks the shape of a write and makes of it what is logged; numbers are checked by `checkNumbers`. Copies everything: of a write of
 * up to 500 points and 1 MiB the caller may change its objects at once, of a larger one when it has resolved. With `transfer` a batch's
 * vectors are taken away instead.
 *
 * @throws {InvalidArgumentError | DimensionMismatchError | ModelMismatchError | InvalidPayloadError | InvalidFilterError}
 * @throws {LimitError} A payload above 16 MiB, or a write above 256 MiB.
 */
export async function takeChanges<P extends object>(
  changes: WriteChanges<P>,
  schema: FullSchema,
  { transfer = false, expect, signal }: WriteOptions<P> = {},
): Promise<Changes> {
  checkKeys(changes, CHANGE_KEYS, 'write')
  // What is named must be something: a variable that turned out undefined is a mistake, not a wish for nothing.
  const upsert = 'upsert' in changes ? changes.upsert! : []
  const update = 'update' in changes ? changes.update : []
  const target = 'delete' in changes ? changes.delete : []
  const patches = takePatches(update)
  const { deletes, deleteFilter } = takeTarget(target as readonly PointId[] | { readonly filter: Filter })
  const expectations = expect === undefined ? [] : [expect].flat().map(takeExpectation)
  const upserts = await takeUpsert(upsert, schema, { transfer, signal })
  return { upserts, patches, deletes, deleteFilter, expect: expectations }
}

/** @throws {InvalidVectorError} An element is not finite, or a norm is out of range. */
export function checkNumbers({ vectors }: PointColumns, schema: FullSchema): void {
  for (const [name, { data }] of vectors) {
    const { dim, metric } = schema.vectors[name]!
    checkVectors(data, dim, metric)
  }
}

function takePatches(update: unknown): Patch[] {
  if (!Array.isArray(update)) {
    throw new InvalidArgumentError('These are no updates.', {
      expected: 'an array of { ids, payload }',
      received: classOf(update),
    })
  }
  return Array.from(update, (patch) => {
    checkKeys(patch, ['ids', 'payload'], 'update')
    const payload = encodeChecked(patch.payload)
    return { ids: checkIds(patch.ids, 'ids of an update'), payload, fields: Object.keys(patch.payload) }
  })
}

/** What a deletion names: ids, or a filter. */
function takeTarget(target: readonly PointId[] | { readonly filter: Filter }): Pick<Changes, 'deletes' | 'deleteFilter'> {
  if (Array.isArray(target)) return { deletes: checkIds(target, 'ids of a deletion') }
  if (typeof target !== 'object' || target === null || !('filter' in target) || target.filter === undefined) {
    throw new InvalidArgumentError('This names nothing to delete.', {
      expected: 'an array of ids, or { filter }',
      received: classOf(target),
    })
  }
  checkKeys(target, ['filter'], 'deletion')
  parseFilter(target.filter as Filter)
  const filter = structuredClone(target.filter) as Filter
  return { deletes: [], deleteFilter: filter }
}

function takeExpectation(expect: unknown): Expectation {
  checkKeys(expect, ['filter', 'count'], 'expectation')
  const { filter, count } = expect as Expectation
  parseFilter(filter)
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new InvalidArgumentError('No such count.', { expected: 'an integer ≥ 0', received: String(count) })
  }
  return { filter: structuredClone(filter), count }
}

function encodeChecked(payload: unknown): Uint8Array {
  return checkPayloadSize(encodePayload(payload as Payload))
}
