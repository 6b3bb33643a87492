import type { PointId } from '@voisin/spec'
import type { SomeValue, ValueTest } from '../points/field-path.ts'

/** What a filter asks, once it was checked. */
export type FilterNode =
  | GroupNode
  | { readonly kind: 'not'; readonly node: FilterNode }
  /** Its id is one of these, or none of them. */
  | { readonly kind: 'id'; readonly ids: ReadonlySet<PointId>; readonly isNegated: boolean }
  /** Some value that a path leads to passes a test, or none does. */
  | FieldNode

/** All of these hold, or at least one. */
export interface GroupNode {
  readonly kind: 'every' | 'some'
  readonly nodes: readonly FilterNode[]
}

export interface FieldNode {
  readonly kind: 'field'
  readonly path: string
  readonly someValue: SomeValue
  readonly test: ValueTest
  readonly isNegated: boolean
}

/** Whether a point meets a filter. */
export type Predicate = (id: PointId, payload: object) => boolean

export function predicateOf(node: FilterNode): Predicate {
  switch (node.kind) {
    case 'every':
      return every(node.nodes.map(predicateOf))
    case 'some':
      return some(node.nodes.map(predicateOf))
    case 'not': {
      const negated = predicateOf(node.node)
      return (id, payload) => !negated(id, payload)
    }
    case 'id': {
      const { ids, isNegated } = node
      return (id) => ids.has(id) !== isNegated
    }
    case 'field': {
      const { someValue, test, isNegated } = node
      return (_, payload) => someValue(payload, test) !== isNegated
    }
  }
}

/** All of them, as one. */
export function allOf(nodes: readonly FilterNode[]): FilterNode {
  return nodes.length === 1 ? nodes[0]! : { kind: 'every', nodes }
}

function every(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 1) return predicates[0]!
  return (id, payload) => {
    for (const predicate of predicates) if (!predicate(id, payload)) return false
    return true
  }
}

function some(predicates: readonly Predicate[]): Predicate {
  return (id, payload) => {
    for (const predicate of predicates) if (predicate(id, payload)) return true
    return false
  }
}
