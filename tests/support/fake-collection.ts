import type { Collection, Filter, Payload, Point, PointBatch, PointId, ScoredPoint } from '@voisin/spec'

// Until the store's own memory collection is here.
export function createFakeCollection<P extends object = Payload>(name: string, dim: number): Collection<P> {
  const points = new Map<PointId, Point<P>>()
  let lsn = 0
  const at = (payload: unknown, path: string): unknown => path.split('.').reduce<any>((value, key) => value?.[key], payload)
  const matches = (filter: Filter<P> | undefined, point: Point<P>): boolean =>
    Object.entries(filter ?? {}).every(([key, condition]: [string, any]) => {
      if (key === '$and') return condition.every((part: Filter<P>) => matches(part, point))
      const value = key === '$id' ? point.id : at(point.payload, key)
      if (typeof condition !== 'object') return value === condition
      return Object.entries<any>(condition).every(([operator, operand]) =>
        operator === '$in' ? operand.includes(value) : operator === '$gte' ? (value as any) >= operand : false,
      )
    })
  const put = (input: readonly Point<P>[] | PointBatch<P>) => {
    const list =
      'ids' in input
        ? input.ids.map((id, i) => ({
            id,
            vector: input.vectors.data.slice(i * dim, i * dim + dim),
            payload: input.payloads[i]!,
          }))
        : input
    for (const point of list) points.set(point.id, structuredClone(point))
  }
  const collection: Collection<P> = {
    name,
    dim,
    metric: 'cosine',
    async upsert(input) {
      put(input)
      return { lsn: ++lsn }
    },
    async update() {
      return { lsn: ++lsn }
    },
    async delete(target) {
      if (!Array.isArray(target)) for (const point of [...points.values()]) matches((target as { filter: Filter<P> }).filter, point) && points.delete(point.id)
      else for (const id of target as PointId[]) points.delete(id)
      return { lsn: ++lsn }
    },
    async write(changes) {
      put(changes.upsert ?? [])
      for (const id of changes.delete ?? []) points.delete(id)
      return { lsn: ++lsn }
    },
    async query({ vector, text, filter, limit = 10, offset = 0 }) {
      const hits = [...points.values()]
        .filter((point) => matches(filter, point))
        .map((point): ScoredPoint<P> => {
          const dense = vector && point.vector ? vector.reduce((sum, value, i) => sum + value * point.vector![i]!, 0) : 0
          return { id: point.id, payload: point.payload, score: dense, legs: { dense: { score: dense, share: dense } } }
        })
        .filter((hit) => text === undefined || vector || JSON.stringify(hit.payload).includes(text))
      return hits.sort((a, b) => b.score - a.score).slice(offset, offset + limit)
    },
    async retrieve(ids) {
      return ids.map((id) => points.get(id))
    },
    async *scroll({ filter } = {}) {
      for (const point of [...points.values()]) if (matches(filter, point)) yield point
    },
    async count(filter) {
      return [...points.values()].filter((point) => matches(filter, point)).length
    },
    async status() {
      return {
        name,
        points: points.size,
        vectors: points.size,
        dim,
        metric: 'cosine' as const,
        lsn,
        checkpointLsn: 0,
        memoryBytes: 0,
        durability: 'memory' as const,
        dataState: 'intact' as const,
      }
    },
    async flush() {},
    async close() {},
    async [Symbol.asyncDispose]() {},
  }
  return collection
}
