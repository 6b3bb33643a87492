import { expect, test } from 'vitest'
import { bitOf, randomBitmap, seeded } from '../testing/random.ts'
import { LiveBits } from './live-bits.ts'

test('the mask has the bits that are live and allowed, and none beyond the last', () => {
  const random = seeded(1)
  const live = new LiveBits()
  const deleted = new Set<number>()
  for (const added of [1, 40, 2000, 0, 31, 700]) {
    live.append(added)
    for (let i = 0; i < 20; i++) {
      const offset = Math.floor(random() * live.count)
      expect(live.delete(offset)).toBe(!deleted.has(offset))
      deleted.add(offset)
    }
    expect(live.liveCount).toBe(live.count - deleted.size)
    for (const allow of [undefined, randomBitmap(random, live.count, 0.5)]) {
      const { mask, size } = live.allowed(allow)
      const bytes = new Uint8Array(mask.buffer)
      let expected = 0
      for (let offset = 0; offset < bytes.length * 8; offset++) {
        const isEligible = offset < live.count && !deleted.has(offset) && (allow === undefined || bitOf(allow, offset))
        if (isEligible) expected++
        expect(bitOf(bytes, offset)).toBe(isEligible)
      }
      expect(size).toBe(expected)
    }
  }
})
