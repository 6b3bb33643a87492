import type { Payload } from '@voisin/spec'
// biome-ignore lint/correctness/noUndeclaredDependencies: tests have it from the workspace
import fc from 'fast-check'

/** Any payload there can be. @param size How large its texts and collections get. */
export function anyPayload(size: fc.Size = 'small'): fc.Arbitrary<Payload> {
  const text = fc.string({ unit: 'binary' })
  const key = fc.string({ unit: 'binary', size }).filter((name) => name !== '__proto__')
  const scalar = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(-0, 0, 2 ** 53, 2 ** 53 + 2, -(2 ** 60), Number.MAX_VALUE, Number.MIN_VALUE, 0.1, 1e300),
    text,
    fc.bigInt(),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
    fc.uint8Array(),
    fc.integer({ min: -4_398_046_511_104_000, max: 4_398_046_511_104_000 }).map((ms) => new Date(ms)),
  )
  const object = { noNullPrototype: true, size } as const
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { size }),
      fc.dictionary(key, tie('value'), object),
    ),
  }))
  return fc.dictionary(key, value, object) as fc.Arbitrary<Payload>
}
