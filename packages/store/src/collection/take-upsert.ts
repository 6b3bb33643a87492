import {
  classOf,
  DimensionMismatchError,
  InvalidArgumentError,
  ModelMismatchError,
  type Payload,
  type Point,
  type PointBatch,
  type PointId,
  type VectorBatch,
} from '@voisin/spec'
import { browserWorld } from '../database/browser-world.ts'
import type { FullSchema } from '../database/collection-record.ts'
import { checkKeys } from '../points/check-keys.ts'
import { isFloats } from '../points/is-floats.ts'
import { checkPayloadSize, checkWriteSize } from '../points/limits.ts'
import { encodePayload } from '../points/payload-codec.ts'
import { NO_VECTOR, type PointColumns, rowsOf, type VectorColumn } from '../points/point-columns.ts'
import { checkId } from './check-ids.ts'
import { giveAway } from './give-away.ts'

const POINT_KEYS = ['id', 'vector', 'vectors', 'payload']
const BATCH_KEYS = ['ids', 'vectors', 'payloads']
/** So many points, and so many bytes, are taken before the call returns; the others in slices, so that no frame is lost to them. */
const POINTS_AT_ONCE = 500
const BYTES_AT_ONCE = 2 ** 20
const SLICE_MS = 6

/** Points of a write, of which one after the other is checked and copied. */
interface Taking {
  readonly count: number
  idOf(position: number): PointId
  payloadOf(position: number): unknown
  /** Copies the vectors of a point; returns how many bytes they have. */
  takeVectors(position: number): number
  /** All that were taken. */
  vectors(): Map<string, VectorColumn>
}

/**
 * Checks the shape of points and makes of them what is logged. What is small is taken before this returns; a larger write's points are
 * taken a few at a time, with turns for others between. With `transfer` a batch's vectors are taken away, last of all.
 */
export async function takeUpsert<P extends object>(
  upsert: readonly Point<P>[] | PointBatch<P>,
  schema: FullSchema,
  { transfer, signal }: { readonly transfer: boolean; readonly signal: AbortSignal | undefined },
): Promise<PointColumns> {
  const taking = takingOf(upsert, schema, transfer)
  const ids: PointId[] = []
  const payloads: Uint8Array[] = []
  let bytes = 0
  const take = () => {
    const position = ids.length
    ids.push(taking.idOf(position))
    const payload = checkPayloadSize(encodePayload(taking.payloadOf(position) as Payload))
    payloads.push(payload)
    bytes += payload.length + taking.takeVectors(position)
  }
  while (ids.length < Math.min(taking.count, POINTS_AT_ONCE) && bytes < BYTES_AT_ONCE) take()
  while (ids.length < taking.count) {
    await browserWorld.clock.yield()
    signal?.throwIfAborted()
    const end = performance.now() + SLICE_MS
    do take()
    while (ids.length < taking.count && performance.now() < end)
    checkWriteSize(bytes)
  }
  checkWriteSize(bytes)
  return { ids, payloads, vectors: taking.vectors() }
}

function takingOf<P extends object>(upsert: readonly Point<P>[] | PointBatch<P>, schema: FullSchema, transfer: boolean): Taking {
  if (Array.isArray(upsert)) return takingOfPoints(upsert as readonly Point<P>[], schema)
  if (typeof upsert === 'object' && upsert !== null && 'vectors' in upsert) {
    return takingOfBatch(upsert as PointBatch<P>, schema, transfer)
  }
  throw new InvalidArgumentError('This is nothing to upsert.', {
    expected: 'an array of points, or { ids, vectors, payloads }',
    received: classOf(upsert),
  })
}

function takingOfPoints<P extends object>(points: readonly Point<P>[], schema: FullSchema): Taking {
  const count = points.length
  const names = Object.keys(schema.vectors)
  const columns = new Map<string, { readonly rows: Int32Array; data: Float32Array; used: number }>()
  const takeVector = (name: string, position: number, vector: unknown): number => {
    const { dim } = schema.vectors[name]!
    const what = `The vector${name && ` "${name}"`} of point ${position}`
    if (!isFloats(vector)) throw notFloats(what, vector)
    if (vector.length !== dim) throw wrongLength(what, dim, vector)
    let column = columns.get(name)
    if (column === undefined) {
      column = { rows: new Int32Array(count).fill(NO_VECTOR), data: new Float32Array(0), used: 0 }
      columns.set(name, column)
    }
    // Not for all at once: nobody knows yet how many have one, and whether they are too many.
    if (column.data.length === column.used * dim) column.data = grown(column.data, Math.min(count, 2 * column.used + 1_000) * dim)
    column.data.set(vector, column.used * dim)
    column.rows[position] = column.used++
    return vector.byteLength
  }
  return {
    count,
    idOf(position) {
      checkKeys(points[position], POINT_KEYS, `point (number ${position})`)
      return checkId(points[position]!.id)
    },
    payloadOf: (position) => points[position]!.payload,
    takeVectors(position) {
      const point = points[position]!
      checkVectorNames(point, position, schema)
      let bytes = 0
      for (const name of names) {
        const vector = name === '' ? point.vector : point.vectors?.[name]
        if (vector !== undefined) bytes += takeVector(name, position, vector)
      }
      return bytes
    },
    vectors() {
      const inOrder = names.filter((name) => columns.has(name)).map((name) => [name, columns.get(name)!] as const)
      return new Map(
        inOrder.map(([name, { rows, data, used }]) => {
          return [
            name,
            {
              rows,
              data: data.length === used * schema.vectors[name]!.dim ? data : data.slice(0, used * schema.vectors[name]!.dim),
            },
          ]
        }),
      )
    },
  }
}

function grown(data: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length)
  longer.set(data)
  return longer
}

function takingOfBatch<P extends object>(batch: PointBatch<P>, schema: FullSchema, transfer: boolean): Taking {
  checkKeys(batch, BATCH_KEYS, 'batch')
  const { ids, payloads } = batch
  if (!Array.isArray(ids)) {
    throw new InvalidArgumentError('Ill-formed ids of the batch.', { expected: 'an array', received: classOf(ids) })
  }
  const count = ids.length
  if (!Array.isArray(payloads) || payloads.length !== count) {
    throw new InvalidArgumentError('The batch’s columns do not agree.', {
      expected: `${count} payloads, as many as ids`,
      received: Array.isArray(payloads) ? `${payloads.length}` : classOf(payloads),
    })
  }
  const columns = batchesOf(batch.vectors, schema).map(([name, vectors]) => {
    const given = checkedData(name, vectors, count, schema)
    checkWriteSize(given.byteLength)
    const { dim } = schema.vectors[name]!
    return { name, given, dim, data: transfer ? given : new Float32Array(given.length), rows: given.length / dim }
  })
  return {
    count,
    idOf: (position) => checkId(ids[position]),
    payloadOf: (position) => payloads[position],
    takeVectors(position) {
      let bytes = 0
      for (const { given, data, dim, rows } of columns) {
        if (position >= rows) continue
        if (!transfer) data.set(given.subarray(position * dim, (position + 1) * dim), position * dim)
        bytes += dim * 4
      }
      return bytes
    },
    vectors() {
      const taken = transfer ? giveAway(columns.map(({ data }) => data)) : columns.map(({ data }) => data)
      const withVectors = columns.map(
        ({ name, rows }, i) => [name, { rows: rowsOf(count, (row) => row < rows), data: taken[i]! }] as const,
      )
      return new Map(withVectors.filter((_, i) => columns[i]!.rows > 0))
    },
  }
}

function batchesOf(vectors: PointBatch<object>['vectors'], schema: FullSchema): [string, VectorBatch][] {
  if (typeof vectors !== 'object' || vectors === null) {
    throw new InvalidArgumentError('The batch has no vectors.', { expected: '{ data, count, dim }', received: classOf(vectors) })
  }
  if ('' in schema.vectors) return [['', vectors as VectorBatch]]
  checkKeys(vectors, Object.keys(schema.vectors), 'set of vectors')
  return Object.entries(vectors as Record<string, VectorBatch>)
}

function checkedData(name: string, batch: VectorBatch, points: number, schema: FullSchema): Float32Array {
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
  if (!Number.isInteger(count) || count < 0 || count > points || data.length !== count * dim) {
    throw new InvalidArgumentError('The batch’s columns do not agree.', {
      expected: `a count of at most ${points}, as many as ids, and count × ${dim} numbers`,
      received: `a count of ${count}, and ${data.length} numbers`,
    })
  }
  return data
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
