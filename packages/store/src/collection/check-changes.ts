import { checkVectors } from '@voisin/index'
import {
  DimensionMismatchError,
  type Filter,
  InvalidArgumentError,
  LimitError,
  ModelMismatchError,
  type Payload,
  type Point,
  type PointBatch,
  type PointId,
  type VectorBatch,
  type WriteChanges,
  type WriteOptions,
} from '@voisin/spec'
import type { FullSchema, VectorSchema } from '../database/collection-record.ts'
import { checkKeys } from '../points/check-keys.ts'
import { encodePayload } from '../points/payload-codec.ts'
import { classOf } from '../points/plain-data.ts'
import { NO_VECTOR, type PointColumns, rowsOf, type VectorColumn } from '../points/point-columns.ts'
import { compileFilter } from '../query/filter-plan.ts'
import type { Changes, Patch } from './changes.ts'
import { checkId, checkIds } from './check-ids.ts'

const LARGEST_PAYLOAD_BYTES = 16 * 2 ** 20
const LARGEST_WRITE_BYTES = 256 * 2 ** 20
const CHANGE_KEYS = ['upsert', 'update', 'delete']
const POINT_KEYS = ['id', 'vector', 'vectors', 'payload']
const BATCH_KEYS = ['ids', 'vectors', 'payloads']
/** So many payloads are encoded before the call returns; the others in slices, so that no frame is lost to them. */
const PAYLOADS_AT_ONCE = 500
const SLICE_MS = 6

/**
 * Checks the shape of a write and makes of it what is logged; numbers are checked by `checkNumbers`. Copies everything: of a write of
 * up to 500 points the caller may change its objects at once, of a larger one when it has resolved. With `transfer` a batch's
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
  const taken = takeUpsert(upsert, schema)
  const { ids, payloadOf } = taken
  // Now, before anything is awaited; what is to be transferred is taken last of all, so that what is refused is not.
  const vectors = transfer || !taken.areViews ? taken.vectors : copied(taken.vectors)
  const patches = takePatches(update)
  const { deletes, deleteFilter } = takeTarget(target as readonly PointId[] | { readonly filter: Filter })
  const expectation = takeExpectation(expect)
  const payloads: Uint8Array[] = []
  for (let i = 0; i < Math.min(ids.length, PAYLOADS_AT_ONCE); i++) payloads.push(encodeChecked(payloadOf(i)))
  let bytes = patches.reduce((sum, { payload }) => sum + payload.length, 0)
  for (const column of vectors.values()) bytes += column.data.byteLength
  if (ids.length > PAYLOADS_AT_ONCE) await encodeInSlices(ids.length, payloadOf, payloads, signal)
  bytes += payloads.reduce((sum, { length }) => sum + length, 0)
  if (bytes > LARGEST_WRITE_BYTES) {
    throw new LimitError('One write is too large.', {
      expected: 'at most 256 MiB of vectors and payloads',
      received: `${Math.ceil(bytes / 2 ** 20)} MiB`,
      remedy: 'Split it into several writes.',
    })
  }
  const upserts: PointColumns = { ids, payloads, vectors: transfer && taken.areViews ? takenAway(vectors) : vectors }
  return { upserts, patches, deletes, deleteFilter, expect: expectation }
}

/** @throws {InvalidVectorError} An element is not finite, or a norm is out of range. */
export function checkNumbers({ vectors }: PointColumns, schema: FullSchema): void {
  for (const [name, { data }] of vectors) {
    const { dim, metric } = schema.vectors[name]!
    checkVectors(data, dim, metric)
  }
}

interface TakenUpsert {
  readonly ids: readonly PointId[]
  /** Whether the vectors are the caller's own memory. */
  readonly areViews: boolean
  readonly vectors: ReadonlyMap<string, VectorColumn>
  readonly payloadOf: (position: number) => unknown
}

function takeUpsert<P extends object>(upsert: readonly Point<P>[] | PointBatch<P>, schema: FullSchema): TakenUpsert {
  if (Array.isArray(upsert)) return takePoints(upsert as readonly Point<P>[], schema)
  if (typeof upsert === 'object' && upsert !== null && 'vectors' in upsert) return takeBatch(upsert as PointBatch<P>, schema)
  throw new InvalidArgumentError('This is nothing to upsert.', {
    expected: 'an array of points, or { ids, vectors, payloads }',
    received: classOf(upsert),
  })
}

function takePoints<P extends object>(points: readonly Point<P>[], schema: FullSchema): TakenUpsert {
  for (let i = 0; i < points.length; i++) checkKeys(points[i], POINT_KEYS, `point (number ${i})`)
  const ids = points.map(({ id }) => checkId(id))
  const vectors = new Map<string, VectorColumn>()
  for (const name of Object.keys(schema.vectors)) {
    const column = columnOf(points, name, schema.vectors[name]!)
    if (column !== undefined) vectors.set(name, column)
  }
  points.forEach((point, i) => void checkVectorNames(point, i, schema))
  return { ids, vectors, areViews: false, payloadOf: (i) => points[i]!.payload }
}

function columnOf<P extends object>(points: readonly Point<P>[], name: string, { dim }: VectorSchema): VectorColumn | undefined {
  const given = points.map((point) => (name === '' ? point.vector : point.vectors?.[name]))
  const what = (i: number) => `The vector${name && ` "${name}"`} of point ${i}`
  let count = 0
  given.forEach((vector, i) => {
    if (vector === undefined) return
    if (!isFloats(vector)) throw notFloats(what(i), vector)
    if (vector.length !== dim) throw wrongLength(what(i), dim, vector)
    count++
  })
  if (count === 0) return undefined
  const rows = rowsOf(points.length, (i) => given[i] !== undefined)
  const data = new Float32Array(count * dim)
  given.forEach((vector, i) => {
    if (rows[i] !== NO_VECTOR) data.set(vector!, rows[i]! * dim)
  })
  return { rows, data }
}

function checkVectorNames({ vector, vectors }: Point<object>, i: number, schema: FullSchema): void {
  const known = Object.keys(schema.vectors)
  if (vector !== undefined && !known.includes('')) {
    throw new InvalidArgumentError(`The vector of point ${i} has no name.`, {
      expected: `vectors: { ${known.join(', ')} }`,
      received: 'vector',
    })
  }
  if (vectors === undefined) return
  checkKeys(
    vectors,
    known.filter((name) => name !== ''),
    `set of vectors (of point ${i})`,
  )
}

function takeBatch<P extends object>(batch: PointBatch<P>, schema: FullSchema): TakenUpsert {
  checkKeys(batch, BATCH_KEYS, 'batch')
  const ids = checkIds(batch.ids, 'ids of the batch')
  const { payloads } = batch
  if (!Array.isArray(payloads) || payloads.length !== ids.length) {
    throw new InvalidArgumentError('The batch’s columns do not agree.', {
      expected: `${ids.length} payloads, as many as ids`,
      received: Array.isArray(payloads) ? `${payloads.length}` : classOf(payloads),
    })
  }
  const vectors = new Map<string, VectorColumn>()
  for (const [name, vectorBatch] of batchesOf(batch.vectors, schema)) {
    vectors.set(name, takeVectors(name, vectorBatch, ids.length, schema))
  }
  return { ids, vectors, areViews: true, payloadOf: (i) => payloads[i] }
}

function batchesOf(vectors: PointBatch<object>['vectors'], schema: FullSchema): [string, VectorBatch][] {
  if (typeof vectors !== 'object' || vectors === null) {
    throw new InvalidArgumentError('The batch has no vectors.', { expected: '{ data, count, dim }', received: classOf(vectors) })
  }
  if ('' in schema.vectors) return [['', vectors as VectorBatch]]
  checkKeys(vectors, Object.keys(schema.vectors), 'set of vectors')
  return Object.entries(vectors as Record<string, VectorBatch>)
}

function takeVectors(name: string, batch: VectorBatch, points: number, schema: FullSchema): VectorColumn {
  const { data, count, dim, fingerprint } = batch
  const { dim: wanted, model } = schema.vectors[name]!
  if (dim !== wanted) {
    throw new DimensionMismatchError('The batch’s vectors have another length.', {
      expected: `dim ${wanted}`,
      received: `${dim}`,
      remedy: 'Embed with the model the collection was created for.',
    })
  }
  if (fingerprint !== undefined && typeof fingerprint !== 'string') {
    throw new InvalidArgumentError('The batch’s fingerprint is none.', { expected: 'a string', received: classOf(fingerprint) })
  }
  if (fingerprint !== undefined && model !== undefined && fingerprint !== model) {
    throw new ModelMismatchError('These vectors are another model’s.', {
      expected: model,
      received: fingerprint,
      remedy: 'Embed with the model the collection was created for.',
    })
  }
  if (!isFloats(data)) throw notFloats('The batch’s data', data)
  if (count !== points || data.length !== count * dim) {
    throw new InvalidArgumentError('The batch’s columns do not agree.', {
      expected: `${points} ids, and ${points} × ${dim} numbers`,
      received: `a count of ${count}, and ${data.length} numbers`,
    })
  }
  return { rows: rowsOf(count, () => true), data }
}

function copied(vectors: ReadonlyMap<string, VectorColumn>): Map<string, VectorColumn> {
  return new Map(Array.from(vectors, ([name, { rows, data }]) => [name, { rows, data: data.slice() }]))
}

/** The same numbers in buffers of our own; the caller's are detached, and copied only where they hold more than these numbers. */
function takenAway(vectors: ReadonlyMap<string, VectorColumn>): Map<string, VectorColumn> {
  return new Map(Array.from(vectors, ([name, { rows, data }]) => [name, { rows, data: takeAway(data) }]))
}

function takeAway(data: Float32Array): Float32Array {
  const { buffer, byteOffset, length } = data
  // Shared memory cannot be given away.
  if (!(buffer instanceof ArrayBuffer)) return data.slice()
  const isWhole = byteOffset === 0 && data.byteLength === buffer.byteLength
  const copy = isWhole ? undefined : data.slice()
  const taken = structuredClone(buffer, { transfer: [buffer] })
  return copy ?? new Float32Array(taken, 0, length)
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
export function takeTarget(target: readonly PointId[] | { readonly filter: Filter }): Pick<Changes, 'deletes' | 'deleteFilter'> {
  if (Array.isArray(target)) return { deletes: checkIds(target, 'ids of a deletion') }
  if (typeof target !== 'object' || target === null || !('filter' in target) || target.filter === undefined) {
    throw new InvalidArgumentError('This names nothing to delete.', {
      expected: 'an array of ids, or { filter }',
      received: classOf(target),
    })
  }
  checkKeys(target, ['filter'], 'deletion')
  compileFilter(target.filter as Filter)
  const filter = structuredClone(target.filter) as Filter
  return { deletes: [], deleteFilter: filter }
}

function takeExpectation(expect: WriteOptions<never>['expect'] | undefined): Changes['expect'] {
  if (expect === undefined) return undefined
  checkKeys(expect, ['filter', 'count'], 'expectation')
  const { filter, count } = expect
  compileFilter(filter as Filter)
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new InvalidArgumentError('No such count.', { expected: 'an integer ≥ 0', received: String(count) })
  }
  return { filter: structuredClone(filter) as Filter, count }
}

async function encodeInSlices(
  count: number,
  payloadOf: (position: number) => unknown,
  payloads: Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<void> {
  while (payloads.length < count) {
    await new Promise((resolve) => setTimeout(resolve, 0))
    signal?.throwIfAborted()
    const end = performance.now() + SLICE_MS
    do payloads.push(encodeChecked(payloadOf(payloads.length)))
    while (payloads.length < count && performance.now() < end)
  }
}

function encodeChecked(payload: unknown): Uint8Array {
  const bytes = encodePayload(payload as Payload)
  if (bytes.length <= LARGEST_PAYLOAD_BYTES) return bytes
  throw new LimitError('A payload is too large.', {
    expected: 'at most 16 MiB, encoded',
    received: `${Math.ceil(bytes.length / 2 ** 20)} MiB`,
    remedy: 'Keep large data elsewhere and its address in the payload.',
  })
}

function isFloats(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value) && (value as Float32Array)[Symbol.toStringTag] === 'Float32Array'
}

function wrongLength(what: string, dim: number, vector: ArrayLike<number>): DimensionMismatchError {
  return new DimensionMismatchError(`${what} has the wrong length.`, {
    expected: `${dim} numbers`,
    received: `${vector.length}`,
    remedy: 'Embed with the model the collection was created for.',
  })
}

function notFloats(what: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${what} is no vector.`, {
    expected: 'a Float32Array',
    received: Array.isArray(value) ? 'an array' : (value?.constructor?.name ?? String(value)),
  })
}
