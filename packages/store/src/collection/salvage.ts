import { NotFoundError, type Payload, type Point, type PointId } from '@voisin/spec'
import { isStored } from '../blocks/stored-points.ts'
import { newestRows } from '../checkpoint/rebuild-from-blocks.ts'
import { listCatalog } from '../database/catalog.ts'
import { patiently, UNREADABLE } from '../database/patiently.ts'
import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { decodeUnplaced, type LogEntry } from '../log/entry-codec.ts'
import { countRows } from '../points/column-codec.ts'
import { decodePayload } from '../points/payload-codec.ts'
import { NO_VECTOR } from '../points/point-columns.ts'
import { findOrphans } from './find-orphan.ts'

interface Found {
  readonly lsn: number
  payload?: Uint8Array
  vectors: Record<string, Float32Array>
}

/**
 * Every point of a collection that any of its records still holds, the newest version of each id: for a collection that cannot be
 * opened, or of which something was set aside. What was deleted may be among them. What cannot be read is passed over.
 *
 * @throws {NotFoundError} There is no collection of this name.
 */
export async function* salvageCollection(
  storage: Storage,
  clock: Clock,
  name: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Point, void, undefined> {
  const listed = (await listCatalog(storage, clock, name)).map(({ number }) => number)
  const orphans = listed.length > 0 ? [] : (await findOrphans(storage, clock)).filter((record) => record.name === name)
  const numbers = [...listed, ...orphans.map(({ number }) => number)]
  if (numbers.length === 0) throw new NotFoundError(`There is no collection "${name}".`)
  for (const number of numbers) {
    const found = await gather(storage, clock, number, signal)
    for (const [id, { payload, vectors }] of found) {
      signal?.throwIfAborted()
      const decoded = payload && tryDecode(payload)
      if (decoded === undefined) continue
      const { '': vector, ...named } = vectors
      const hasNamed = Object.keys(named).length > 0
      yield { id, payload: decoded, ...(vector && { vector }), ...(hasNamed && { vectors: named }) }
    }
  }
}

async function gather(
  storage: Storage,
  clock: Clock,
  number: number,
  signal: AbortSignal | undefined,
): Promise<Map<PointId, Found>> {
  const found = new Map<PointId, Found>()
  const at = (id: PointId, lsn: number): Found => {
    const before = found.get(id)
    if (before !== undefined && before.lsn >= lsn) return before
    const now = { ...before, lsn, vectors: before?.vectors ?? {} }
    found.set(id, now)
    return now
  }
  const { payloads, vectors } = await newestRows(storage, clock, number, { signal })
  for (const { id, lsn, value } of payloads.values()) at(id, lsn).payload = value
  for (const [name, rows] of vectors)
    for (const { id, lsn, value } of rows.values()) at(id, Math.min(lsn, 1)).vectors[name] = value
  for await (const entry of readableEntries(storage, clock, number)) {
    signal?.throwIfAborted()
    if (!isStored(entry.upserts)) {
      const { ids, payloads, vectors } = entry.upserts
      const dims = new Map(Array.from(vectors, ([name, { rows, data }]) => [name, data.length / Math.max(1, countRows(rows))]))
      ids.forEach((id, i) => {
        const point = at(id, entry.lsn)
        if (point.lsn !== entry.lsn) return
        // It is there anew: a vector that it had before is not its own any more.
        point.vectors = {}
        point.payload = payloads[i]!
        for (const [name, { rows, data }] of vectors) {
          const row = rows[i]!
          const dim = dims.get(name)!
          if (row !== NO_VECTOR) point.vectors[name] = data.slice(row * dim, (row + 1) * dim)
        }
      })
    }
    for (const { ids, payloads } of entry.updates) {
      ids.forEach((id, i) => {
        const point = at(id, entry.lsn)
        if (point.lsn === entry.lsn) point.payload = payloads[i]!
      })
    }
  }
  return found
}

async function* readableEntries(storage: Storage, clock: Clock, number: number): AsyncGenerator<LogEntry, void, undefined> {
  const keys = await storage.read(['entries'], (transaction) => transaction.keys('entries', { prefix: [number] }))
  for (const key of keys) {
    const read = () => storage.read(['entries'], (transaction) => transaction.get('entries', key))
    const record = await patiently(storage, clock, read)
    const entry = record === UNREADABLE ? undefined : decodeUnplaced(record, number)
    if (entry !== undefined) yield entry
  }
}

function tryDecode(payload: Uint8Array): Payload | undefined {
  try {
    return decodePayload(payload)
  } catch {
    // A payload that makes no sense costs its point.
    return undefined
  }
}
