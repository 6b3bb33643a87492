import type { PointId } from '@voisin/spec'
// biome-ignore lint/correctness/noUndeclaredDependencies: tests have it from the workspace
import fc from 'fast-check'
import type { BlockReference } from '../blocks/block-reference.ts'
import { NO_VECTOR, type PointColumns, rowsOf, type VectorColumn } from '../points/point-columns.ts'

/** Any id there can be. */
export const anyId: fc.Arbitrary<PointId> = fc.oneof(
  fc.maxSafeNat(),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
)

export const anyReference: fc.Arbitrary<BlockReference> = fc
  .record({
    kind: fc.constantFrom('payloads' as const, 'vectors' as const, 'words' as const, 'links' as const),
    vector: fc.constantFrom('', 'title'),
    id: fc.maxSafeNat(),
    checksum: fc.nat({ max: 0xffff_ffff }),
    bytes: fc.nat({ max: 0xffff_ffff }),
    rows: fc.nat(1000),
  })
  .map((reference) => ({ ...reference, vector: reference.kind === 'payloads' ? '' : reference.vector }))

/** Points in columns, with vectors of these names and lengths; their payloads are any bytes. */
export function anyColumns(dims: ReadonlyMap<string, number>): fc.Arbitrary<PointColumns> {
  const names = [...dims.keys()]
  const point = fc.tuple(
    anyId,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
  )
  return fc.array(point, { maxLength: 12 }).map((points) => {
    const vectors = new Map<string, VectorColumn>()
    names.forEach((name, column) => {
      const rows = rowsOf(points.length, (i) => points[i]![2][column]!)
      const count = rows.filter((row) => row !== NO_VECTOR).length
      if (count > 0) vectors.set(name, { rows, data: Float32Array.from({ length: count * dims.get(name)! }, (_, i) => i / 7) })
    })
    return { ids: points.map(([id]) => id), payloads: points.map(([, payload]) => payload), vectors }
  })
}
