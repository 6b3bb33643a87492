import { DEEPEST_LEVEL } from '@voisin/spec'
// biome-ignore lint/correctness/noUndeclaredDependencies: tests have it from the workspace
import fc from 'fast-check'

const date = fc.integer({ min: 0, max: 2 }).map((ms) => new Date(ms))
const ordered = fc.oneof(
  fc.integer({ min: -1, max: 2 }),
  fc.constantFrom('', 'a', 'ab', '1'),
  fc.bigInt({ min: 0n, max: 1n }),
  date,
)
const scalar = fc.oneof(ordered, fc.constant(null), fc.boolean())
const name = fc.constantFrom('a', 'b', '0', 'a.b')
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))
/** As deep as a payload may be under one of its keys. */
export const deepestValue: unknown = Array.from({ length: DEEPEST_LEVEL - 1 }).reduce((inner) => [inner], 1)
/** Paths that the filters ask for. */
export const ASKED_PATHS = ['a', 'b', 'a.b', 'a.a', 'a.0', 'b.0.a', 'a.b.a', 'b.a.1'] as const
const path = fc.constantFrom(...ASKED_PATHS)
const { filter } = fc.letrec<{ operators: object; filter: Record<string, unknown>; elementFilter: Record<string, unknown> }>(
  (tie) => ({
    operators: fc
      .record(
        {
          $eq: value,
          $ne: value,
          $gt: ordered,
          $gte: ordered,
          $lt: ordered,
          $lte: ordered,
          $in: fc.array(value, { maxLength: 3 }),
          $nin: fc.array(value, { maxLength: 3 }),
          $exists: fc.boolean(),
          $contains: scalar,
          $startsWith: fc.constantFrom('', 'a', 'ab'),
          $size: fc.nat(3),
          $all: fc.array(value, { minLength: 1, maxLength: 2 }),
          $elemMatch: fc.oneof({ maxDepth: 2 }, fc.constant({ $gt: 0 }), tie('operators'), tie('elementFilter')),
          $not: fc.oneof({ maxDepth: 2 }, fc.constant({ $eq: 1 }), tie('operators')),
        },
        { requiredKeys: [] },
      )
      .filter((object) => Object.keys(object).length > 0),
    filter: fc.oneof(
      { maxDepth: 3 },
      fc.dictionary(path, fc.oneof(scalar, tie('operators')), { maxKeys: 2, noNullPrototype: true }),
      fc.record({ $or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ $not: tie('filter') }),
      fc.record({ $id: fc.constantFrom('a', 1, '1') }),
    ) as fc.Arbitrary<Record<string, unknown>>,
    elementFilter: fc.oneof(
      { maxDepth: 2 },
      fc.dictionary(path, fc.oneof(scalar, tie('operators')), { maxKeys: 2, noNullPrototype: true }),
      fc.record({ $or: fc.array(tie('elementFilter'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ $not: tie('elementFilter') }),
    ) as fc.Arbitrary<Record<string, unknown>>,
  }),
)
/** Payloads whose paths these filters ask for. */
export const askedPayload: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(name, value, {
  maxKeys: 3,
  noNullPrototype: true,
})

/** Any filter there can be, over a few paths and values, so that answers are of both kinds. */
export const anyFilter: fc.Arbitrary<Record<string, unknown>> = filter
