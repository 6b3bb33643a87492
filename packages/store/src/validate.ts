import { checkVectors } from '@voisin/index'
import {
  DimensionMismatchError,
  InvalidArgumentError,
  LimitError,
  ModelMismatchError,
  type Payload,
  type Point,
  type PointBatch,
  type PointId,
  type WriteChanges,
} from '@voisin/spec'
import type { FullSchema } from './collection-schema.ts'
import { encodePayload } from './payload-codec.ts'
import type { Changes, Patch } from './persistence/entry-codec.ts'
import { NO_VECTOR, type PointRun } from './persistence/point-run.ts'

const LONGEST_ID = 512
const LARGEST_PAYLOAD_BYTES = 16 * 2 ** 20
const LARGEST_WRITE_BYTES = 256 * 2 ** 20
const CHANGE_KEYS = ['upsert', 'update', 'delete']

/** @throws {InvalidArgumentError} It is no point id. */
export function checkId(id: unknown): PointId {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id + 0
  // Half a surrogate pair has no UTF-8: two such ids would be stored as one.
  if (typeof id === 'string' && id.length >= 1 && id.length <= LONGEST_ID && isWellFormed(id)) return id
  throw new InvalidArgumentError('This is no point id.', {
    expected: `a well-formed string of 1 to ${LONGEST_ID} characters, or a safe integer ≥ 0`,
    received: typeof id === 'string' ? `${id.length} characters` : typeof id === 'number' ? String(id) : typeof id,
  })
}

export function checkIds(ids: unknown, what = 'ids'): PointId[] {
  if (!Array.isArray(ids)) throw new InvalidArgumentError(`Ill-formed ${what}.`, { expected: 'an array', received: typeof ids })
  return ids.map(checkId)
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

/** Whether a vector's or batch's model may meet the collection's. */
export function checkFingerprint(fingerprint: string | undefined, { model }: FullSchema): void {
  if (fingerprint === undefined || model === undefined || fingerprint === model) return
  throw new ModelMismatchError('These vectors are another model’s.', {
    expected: model,
    received: fingerprint,
    remedy: 'Embed with the model the collection was created for.',
  })
}

/**
 * Checks a write and makes of it what is logged. Copies everything: the caller may change its objects afterwards. With `transfer`
 * a batch's vectors are taken away instead.
 *
 * @throws {InvalidArgumentError | DimensionMismatchError | InvalidVectorError | ModelMismatchError | InvalidPayloadError}
 * @throws {LimitError} A payload above 16 MiB, or a write above 256 MiB.
 */
export function checkChanges<P extends object>(changes: WriteChanges<P>, schema: FullSchema, transfer = false): Changes {
  checkKeys(changes, CHANGE_KEYS, 'write')
  const run = checkUpsert('upsert' in changes ? changes.upsert! : [], schema, transfer)
  const patches = (changes.update ?? []).map(
    ({ ids, payload }): Patch => ({ ids: checkIds(ids, 'ids of an update'), payload: checkPayload(payload) }),
  )
  const deletes = checkIds(changes.delete ?? [], 'ids of a deletion')
  const bytes =
    run.vectors.byteLength +
    run.payloads.reduce((sum, payload) => sum + payload.length, 0) +
    patches.reduce((sum, patch) => sum + patch.payload.length, 0)
  if (bytes > LARGEST_WRITE_BYTES) {
    throw new LimitError('One write is too large.', {
      expected: 'at most 256 MiB of vectors and payloads',
      received: `${Math.ceil(bytes / 2 ** 20)} MiB`,
      remedy: 'Split it into several writes.',
    })
  }
  return { run, blocks: [], patches, deletes }
}

/** Refuses keys that mean nothing: a misspelt one must not pass for a wish that was granted. */
export function checkKeys(value: unknown, known: readonly string[], what: string): void {
  if (typeof value !== 'object' || value === null) {
    throw new InvalidArgumentError(`This is no ${what}.`, {
      expected: `an object of ${known.join(', ')}`,
      received: String(value),
    })
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new InvalidArgumentError(`A ${what} knows nothing of "${unknown}".`, { expected: known.join(', '), received: unknown })
}

function checkUpsert<P extends object>(
  upsert: readonly Point<P>[] | PointBatch<P>,
  schema: FullSchema,
  transfer: boolean,
): PointRun {
  if (Array.isArray(upsert)) return checkPoints(upsert as readonly Point<P>[], schema)
  if (typeof upsert === 'object' && upsert !== null && 'vectors' in upsert)
    return checkBatch(upsert as PointBatch<P>, schema, transfer)
  throw new InvalidArgumentError('This is nothing to upsert.', {
    expected: 'an array of points, or { ids, vectors, payloads }',
    received: typeof upsert,
  })
}

function checkPoints<P extends object>(points: readonly Point<P>[], schema: FullSchema): PointRun {
  const { dim, metric } = schema
  const rows = new Int32Array(points.length)
  let count = 0
  points.forEach((point, i) => {
    if (typeof point !== 'object' || point === null) {
      throw new InvalidArgumentError(`Point ${i} is none.`, { expected: '{ id, vector?, payload }', received: String(point) })
    }
    rows[i] = point.vector === undefined ? NO_VECTOR : count++
    if (point.vector !== undefined && point.vector.length !== dim)
      throw wrongLength(`The vector of point ${i}`, dim, point.vector)
  })
  const vectors = new Float32Array(count * dim)
  points.forEach(({ vector }, i) => {
    if (vector === undefined) return
    if (!isFloats(vector)) throw notFloats(`The vector of point ${i}`, vector)
    vectors.set(vector, rows[i]! * dim)
  })
  checkVectors(vectors, dim, metric)
  const ids = points.map(({ id }) => checkId(id))
  return { ids, rows, vectors, payloads: points.map(({ payload }) => checkPayload(payload)) }
}

function checkBatch<P extends object>(batch: PointBatch<P>, schema: FullSchema, transfer: boolean): PointRun {
  const { data, count, dim, fingerprint } = batch.vectors
  if (dim !== schema.dim) {
    throw new DimensionMismatchError('The batch’s vectors have another length.', {
      expected: `dim ${schema.dim}`,
      received: `${dim}`,
      remedy: 'Embed with the model the collection was created for.',
    })
  }
  checkFingerprint(fingerprint, schema)
  const ids = checkIds(batch.ids, 'ids of the batch')
  if (!isFloats(data)) throw notFloats('The batch’s data', data)
  if (!Array.isArray(batch.payloads) || ids.length !== count || data.length !== count * dim || batch.payloads.length !== count) {
    throw new InvalidArgumentError('The batch’s columns do not agree.', {
      expected: `${count} ids, ${count} payloads and ${count} × ${dim} numbers`,
      received: `${ids.length}, ${batch.payloads?.length} and ${data.length}`,
    })
  }
  checkVectors(data, dim, schema.metric)
  const payloads = batch.payloads.map(checkPayload)
  // Last of all: what is refused is not taken away.
  const vectors = transfer ? takeAway(data) : data.slice()
  return { ids, rows: Int32Array.from({ length: count }, (_, i) => i), vectors, payloads }
}

/** The same numbers in a buffer of our own; the caller's is detached, and copied only where it holds more than these numbers. */
function takeAway(data: Float32Array): Float32Array {
  const { buffer, byteOffset, length } = data
  // Shared memory cannot be given away.
  if (!(buffer instanceof ArrayBuffer)) return data.slice()
  const isWhole = byteOffset === 0 && data.byteLength === buffer.byteLength
  const copy = isWhole ? undefined : data.slice()
  const taken = structuredClone(buffer, { transfer: [buffer] })
  return copy ?? new Float32Array(taken, 0, length)
}

function checkPayload(payload: object): Uint8Array {
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
    received: Array.isArray(value) ? 'an array' : (value?.constructor?.name ?? typeof value),
  })
}
