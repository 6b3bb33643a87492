import { classOf, type Filter, isPlainObject, type Payload, type PointId } from '@voisin/spec'
import { compilePath } from '../points/field-path.ts'
import { checkOperands, operatorsOf, parseField } from './field-condition.ts'
import { allOf, type FilterNode, type Predicate, predicateOf } from './filter-node.ts'
import { checkLevel, count, deeper, inside, invalid, outermost, type Place, unknown } from './filter-place.ts'

/**
 * Checks a filter and makes nodes of it; `Filter` says what its operators mean. The nodes keep nothing of the filter that the caller
 * could still change, except objects and arrays to be compared with.
 *
 * @throws {InvalidFilterError} An unknown operator, a wrong operand, or a limit passed; the message names the place.
 */
export function parseFilter<P extends object = Payload>(filter: Filter<P>): FilterNode {
  return parseLevel(filter, outermost())
}

const OF_ELEMENTS = '$and, $or, $not or a field name'

/** As `parseFilter`, to a predicate. */
export function compileFilter<P extends object = Payload>(filter: Filter<P>): Predicate {
  return predicateOf(parseFilter(filter))
}

function parseLevel(filter: unknown, place: Place): FilterNode {
  checkLevel(place)
  if (!isPlainObject(filter)) throw invalid(place, { expected: 'an object of conditions', received: classOf(filter) })
  const keys = Object.keys(filter)
  // An empty level is cheap but not free: it counts, or a list of a million would pass.
  if (keys.length === 0) count(place)
  return allOf(keys.map((key) => parseEntry(key, filter[key], inside(place, key))))
}

function parseEntry(key: string, operand: unknown, place: Place): FilterNode {
  switch (key) {
    case '$and':
      return allOf(parseList(operand, place))
    case '$or':
      return { kind: 'some', nodes: parseList(operand, place) }
    case '$not':
      return { kind: 'not', node: parseLevel(operand, deeper(place)) }
    case '$id':
      if (place.isElement) throw unknown(place, `${OF_ELEMENTS}: an element has no id`)
      return parseId(operand, place)
    default:
      if (key.startsWith('$')) {
        throw unknown(place, place.isElement ? `${OF_ELEMENTS}; or operators alone` : '$and, $or, $not, $id or a field name')
      }
      return parseField({ path: key, someValue: compilePath(key), parseLevel }, operand, place)
  }
}

function parseList(filters: unknown, place: Place): FilterNode[] {
  if (!Array.isArray(filters) || filters.length === 0) {
    const received = Array.isArray(filters) ? 'an empty array' : classOf(filters)
    throw invalid(place, { expected: 'an array of at least one filter', received })
  }
  return Array.from(filters, (filter, i) => parseLevel(filter, deeper({ ...place, path: `${place.path}[${i}]` })))
}

function parseId(operand: unknown, place: Place): FilterNode {
  if (!isPlainObject(operand)) {
    count(place)
    return { kind: 'id', ids: new Set([checkId(operand, place)]), isNegated: false }
  }
  checkLevel(deeper(place))
  const nodes = operatorsOf(operand, place).map((operator): FilterNode => {
    const at = inside(place, operator)
    count(at)
    switch (operator) {
      case '$eq':
      case '$ne':
        return { kind: 'id', ids: new Set([checkId(operand[operator], at)]), isNegated: operator === '$ne' }
      case '$in':
      case '$nin': {
        const ids = checkOperands(operand[operator], at).map((id, i) => checkId(id, { ...at, path: `${at.path}[${i}]` }))
        return { kind: 'id', ids: new Set(ids), isNegated: operator === '$nin' }
      }
      default:
        throw unknown(at, '$eq, $ne, $in or $nin')
    }
  })
  return allOf(nodes)
}

function checkId(id: unknown, place: Place): PointId {
  if (typeof id === 'string' || (Number.isSafeInteger(id) && (id as number) >= 0)) return id as PointId
  throw invalid(place, {
    expected: 'a string or a safe non-negative integer',
    received: typeof id === 'number' ? String(id) : classOf(id),
  })
}
