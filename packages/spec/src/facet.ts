/** What is counted: `null`, bytes and objects are not. */
export type FacetValue = string | number | bigint | boolean | Date

/** A value that points have, and how many of them. */
export interface Facet {
  readonly value: FacetValue
  readonly count: number
}

/** A payload field, or a dotted path into one. */
export type FieldPath<P extends object> = (keyof P & string) | `${string}.${string}`
