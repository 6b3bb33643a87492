import type { PointId } from './point.ts'

type Comparable = number | string | bigint | Date

/** The element an operator compares with: an array field is compared element by element. */
type Element<V> = NonNullable<V> extends readonly (infer E)[] ? E : NonNullable<V>

/** Operators on one field. Several in one object must all hold. */
export interface FieldOperators<V> {
  /** Equal; on an array field, some element (or the array itself) is equal. `null` matches null and absent. */
  readonly $eq?: Element<V> | null
  /** The negation of `$eq`: also true where the field is absent. */
  readonly $ne?: Element<V> | null
  /** Greater, within one type: numbers, bigints, strings (by UTF-16 code units), dates (by time). On an array, some element. */
  readonly $gt?: Extract<Element<V>, Comparable>
  readonly $gte?: Extract<Element<V>, Comparable>
  readonly $lt?: Extract<Element<V>, Comparable>
  readonly $lte?: Extract<Element<V>, Comparable>
  /** Equal to one of these (at most 10,000). */
  readonly $in?: readonly (Element<V> | null)[]
  /** The negation of `$in`. */
  readonly $nin?: readonly (Element<V> | null)[]
  /** Whether the path leads to a value at all (`null` counts as one). */
  readonly $exists?: boolean
  /** On a string, a substring (as written, case-sensitive); on an array, an element. */
  readonly $contains?: Element<V>
  /** On a string, how it begins (as written, case-sensitive); on an array, how some element does. */
  readonly $startsWith?: Extract<Element<V>, string>
  /** An array of so many elements, an integer ≥ 0. */
  readonly $size?: NonNullable<V> extends readonly unknown[] ? number : never
  /** Each of these (one or more; each counts as a condition) is equal, as `$eq` says: an array that has them all. */
  readonly $all?: readonly (Element<V> | null)[]
  /** An array one element of which meets all of this: operators, or, on elements that are objects, conditions on their fields. */
  readonly $elemMatch?: NonNullable<V> extends readonly (infer E)[] ? ElementCondition<E> : never
  /** These operators do not all hold. */
  readonly $not?: FieldOperators<V>
}

/** What `$elemMatch` asks of an element. */
export type ElementCondition<E> =
  | FieldOperators<E>
  | (E extends Comparable | boolean | null ? never : Omit<Filter<E & object>, '$id'>)

/** A condition on a field: a value (`$eq`) or operators. An object none of whose keys begins with `$` is a value. */
export type FieldCondition<V> = Element<V> | null | FieldOperators<V>

/** Operators on the point id, under the key `$id`. */
export interface IdOperators {
  readonly $eq?: PointId
  readonly $ne?: PointId
  readonly $in?: readonly PointId[]
  readonly $nin?: readonly PointId[]
}

/**
 * A Mongo-style filter. Every entry must hold; an empty filter holds always, an empty `$and` or `$or` is refused.
 *
 * Values equal only values of their own type: 1, '1', 1n and true are four; dates are equal by time, bytes and objects by content,
 * whatever the order of keys. Nothing is coerced and no inherited property is seen.
 *
 * Nested fields are addressed by a dotted path (`'address.city'`), which looks through arrays of objects as MongoDB does: each
 * element that is an object is asked, a step that is a number also means the element of that number, and an array without objects
 * leads nowhere (so `null` does not match there, `$exists: false` does). A key with dots in it (`'dc.title'`), in the payload or in an object
 * on the way, comes before the same names one by one.
 *
 * At most 16 levels deep and 1,000 conditions.
 */
export type Filter<P extends object = Record<string, unknown>> = {
  readonly [K in keyof P & string]?: FieldCondition<P[K]>
} & {
  readonly [path: `${string}.${string}`]: FieldCondition<unknown>
} & {
  readonly $id?: PointId | IdOperators
  readonly $and?: readonly Filter<P>[]
  readonly $or?: readonly Filter<P>[]
  readonly $not?: Filter<P>
}
