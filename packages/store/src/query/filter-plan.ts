import type { Filter, Payload, PointId } from '@voisin/spec'
import { classOf, isPlainObject } from '../points/plain-data.ts'
import { checkOperands, compileField, type FieldPredicate, operatorsOf } from './field-condition.ts'
import { compilePath } from './field-path.ts'
import { checkLevel, count, deeper, inside, invalid, outermost, type Place, unknown } from './filter-place.ts'

/** A compiled filter. */
export type Predicate = (id: PointId, payload: object) => boolean

/**
 * Compiles a filter to closures over own keys; `Filter` says what its operators mean. The closures keep nothing of the filter
 * that the caller could still change, except objects and arrays to be compared with.
 *
 * @throws {InvalidFilterError} An unknown operator, a wrong operand, or a limit passed; the message names the place.
 */
export function compileFilter<P extends object = Payload>(filter: Filter<P>): Predicate {
  return compileLevel(filter, outermost())
}

function compileLevel(filter: unknown, place: Place): Predicate {
  checkLevel(place)
  if (!isPlainObject(filter)) throw invalid(place, { expected: 'an object of conditions', received: classOf(filter) })
  const keys = Object.keys(filter)
  // An empty level is cheap but not free: it counts, or a list of a million would pass.
  if (keys.length === 0) count(place)
  return every(keys.map((key) => compileEntry(key, filter[key], inside(place, key))))
}

function compileEntry(key: string, operand: unknown, place: Place): Predicate {
  switch (key) {
    case '$and':
      return every(compileList(operand, place))
    case '$or':
      return some(compileList(operand, place))
    case '$not': {
      const negated = compileLevel(operand, deeper(place))
      return (id, payload) => !negated(id, payload)
    }
    case '$id':
      return compileId(operand, place)
    default:
      if (key.startsWith('$')) throw unknown(place, '$and, $or, $not, $id or a field name')
      return forPayload(compileField(compilePath(key), operand, place))
  }
}

function forPayload(test: FieldPredicate): Predicate {
  return (_, payload) => test(payload)
}

function compileList(filters: unknown, place: Place): Predicate[] {
  if (!Array.isArray(filters) || filters.length === 0) {
    const received = Array.isArray(filters) ? 'an empty array' : classOf(filters)
    throw invalid(place, { expected: 'an array of at least one filter', received })
  }
  return Array.from(filters, (filter, i) => compileLevel(filter, deeper({ ...place, path: `${place.path}[${i}]` })))
}

function compileId(operand: unknown, place: Place): Predicate {
  if (!isPlainObject(operand)) {
    count(place)
    const wanted = checkId(operand, place)
    return (id) => id === wanted
  }
  checkLevel(deeper(place))
  const tests = operatorsOf(operand, place).map((operator): Predicate => {
    const at = inside(place, operator)
    count(at)
    switch (operator) {
      case '$eq':
      case '$ne': {
        const wanted = checkId(operand[operator], at)
        return operator === '$eq' ? (id) => id === wanted : (id) => id !== wanted
      }
      case '$in':
      case '$nin': {
        const ids = new Set(checkOperands(operand[operator], at).map((id, i) => checkId(id, { ...at, path: `${at.path}[${i}]` })))
        return operator === '$in' ? (id) => ids.has(id) : (id) => !ids.has(id)
      }
      default:
        throw unknown(at, '$eq, $ne, $in or $nin')
    }
  })
  return every(tests)
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

function checkId(id: unknown, place: Place): PointId {
  if (typeof id === 'string' || (Number.isSafeInteger(id) && (id as number) >= 0)) return id as PointId
  throw invalid(place, {
    expected: 'a string or a safe non-negative integer',
    received: typeof id === 'number' ? String(id) : classOf(id),
  })
}
