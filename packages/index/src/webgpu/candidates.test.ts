import { expect, test } from 'vitest'
import { toCandidates } from './candidates.ts'

// As the tile shader makes them.
function pair(distance: number, offset: number): bigint {
  const bits = new Uint32Array(Float32Array.of(distance).buffer)[0]!
  const key = bits >= 0x8000_0000 ? ~bits >>> 0 : (bits | 0x8000_0000) >>> 0
  return (BigInt(key) << 32n) | BigInt(offset)
}

test('pairs come back by distance, then by offset, with every distance bit for bit', () => {
  const distances = [3.4e38, 1, 1 + 2 ** -23, 2 ** -126, 0, -(2 ** -126), -1, -3.4e38]
  const pairs = BigUint64Array.from([...distances.map((distance, i) => pair(distance, i)), pair(1, 4_294_967_295), pair(1, 0)])
  const found = toCandidates(pairs)
  expect([...found.offsets]).toEqual([7, 6, 5, 4, 3, 0, 1, 4_294_967_295, 2, 0])
  expect(found.distances).toEqual(Float32Array.from([-3.4e38, -1, -(2 ** -126), 0, 2 ** -126, 1, 1, 1, 1 + 2 ** -23, 3.4e38]))
})
