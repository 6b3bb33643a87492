import { classOf, findFault, isPlainObject } from '@voisin/spec'
import type { ValueTest } from '../points/field-path.ts'
import { allOf, type FieldNode, type FilterNode, predicateOf } from './filter-node.ts'
import { checkLevel, count, deeper, inside, invalid, type Place, unknown } from './filter-place.ts'
import { memberOf, oneOf } from './same-value.ts'

const MOST_OPERANDS = 10_000
const OPERATORS = '$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $contains, $startsWith, $size, $all, $elemMatch or $not'

/** A path that conditions are asked of. */
export interface AskedPath extends Pick<FieldNode, 'path' | 'someValue'> {
  /** Parses what is asked of an object that is an element. */
  readonly parseLevel: (filter: unknown, place: Place) => FilterNode
}

/** Parses a condition on a field: a value it equals, or operators. */
export function parseField(asked: AskedPath, condition: unknown, place: Place): FilterNode {
  if (isPlainObject(condition) && Object.keys(condition).some((key) => key.startsWith('$'))) {
    return parseOperators(asked, condition, place)
  }
  count(place)
  return nodeOf(asked, oneOf([checkOperand(condition, place)]))
}

function parseOperators(asked: AskedPath, operators: Record<string, unknown>, place: Place): FilterNode {
  checkLevel(deeper(place))
  return allOf(
    operatorsOf(operators, place).map((operator) => parseOperator(asked, operator, operators[operator], inside(place, operator))),
  )
}

function parseOperator(asked: AskedPath, operator: string, operand: unknown, place: Place): FilterNode {
  if (operator === '$not') {
    if (!isPlainObject(operand)) throw invalid(place, { expected: 'an object of operators', received: classOf(operand) })
    return { kind: 'not', node: parseOperators(asked, operand, deeper(place)) }
  }
  count(place)
  if (operator === '$all') return allOf(operandsOf(operand, place).map((item) => nodeOf(asked, oneOf([item]))))
  if (operator === '$elemMatch') return nodeOf(asked, elementTest(asked, operand, place))
  const { test, isNegated } = compileTest(operator, operand, place)
  return nodeOf(asked, test, isNegated)
}

function nodeOf({ path, someValue }: AskedPath, test: ValueTest, isNegated = false): FieldNode {
  return { kind: 'field', path, someValue, test, isNegated }
}

/** Values for `$all`, each a condition. Of none, nobody could say whether all are there. */
function operandsOf(operand: unknown, place: Place): unknown[] {
  const operands = checkedOperands(operand, place)
  if (operands.length === 0) throw invalid(place, { expected: 'at least one value', received: 'an empty array' })
  for (let i = 1; i < operands.length; i++) count(place)
  return operands
}

/** Whether an array has one element that meets everything: operators of a value, or conditions on an object's fields. */
function elementTest(asked: AskedPath, operand: unknown, place: Place): ValueTest {
  if (!isPlainObject(operand))
    throw invalid(place, { expected: 'an object of operators or conditions', received: classOf(operand) })
  const inner = { ...deeper(place), isElement: true }
  if (!asksFields(operand)) {
    const itself: AskedPath = { ...asked, path: '', someValue: (value, test) => test(value) }
    const predicate = predicateOf(parseOperators(itself, operand, inner))
    return (value) => Array.isArray(value) && value.some((item) => predicate('', item))
  }
  const predicate = predicateOf(asked.parseLevel(operand, inner))
  return (value) => Array.isArray(value) && value.some((item) => isPlainObject(item) && predicate('', item))
}

/** Whether a condition on an element asks of its fields, and not of itself. An empty one asks nothing of any object. */
function asksFields(condition: Record<string, unknown>): boolean {
  const entries = Object.entries(condition)
  if (entries.length === 0) return true
  return entries.some(([key, operand]) => {
    if (key === '$not') return isPlainObject(operand) && asksFields(operand)
    return !key.startsWith('$') || key === '$and' || key === '$or' || key === '$id'
  })
}

/** What an operator asks of one value. A negated one asks that no value passes. */
function compileTest(operator: string, operand: unknown, place: Place): { test: ValueTest; isNegated: boolean } {
  switch (operator) {
    case '$eq':
    case '$ne':
      return { test: oneOf([checkOperand(operand, place)]), isNegated: operator === '$ne' }
    case '$in':
    case '$nin':
      return { test: oneOf(checkedOperands(operand, place)), isNegated: operator === '$nin' }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return { test: comparison(operator, operand, place), isNegated: false }
    case '$exists':
      if (typeof operand !== 'boolean') throw invalid(place, { expected: 'true or false', received: classOf(operand) })
      return { test: (value) => value !== undefined, isNegated: !operand }
    case '$contains':
      return { test: containing(checkOperand(operand, place)), isNegated: false }
    case '$startsWith':
      if (typeof operand !== 'string') throw invalid(place, { expected: 'a string', received: classOf(operand) })
      return { test: startingWith(operand), isNegated: false }
    case '$size':
      if (!Number.isSafeInteger(operand) || (operand as number) < 0)
        throw invalid(place, {
          expected: 'an integer ≥ 0',
          received: typeof operand === 'number' ? String(operand) : classOf(operand),
        })
      return { test: (value) => Array.isArray(value) && value.length === operand, isNegated: false }
    default:
      throw unknown(place, OPERATORS)
  }
}

function comparison(operator: '$gt' | '$gte' | '$lt' | '$lte', operand: unknown, place: Place): ValueTest {
  const isDate = operand instanceof Date
  const type = typeof operand
  if (!isDate && type !== 'number' && type !== 'string' && type !== 'bigint') {
    throw invalid(place, { expected: 'a number, a string, a bigint or a Date', received: classOf(operand) })
  }
  checkOperand(operand, place)
  const limit = (isDate ? operand.getTime() : operand) as number
  const holds = ORDERS[operator]
  const test: ValueTest = isDate
    ? (value) => value instanceof Date && holds(value.getTime(), limit)
    : (value) => typeof value === type && holds(value as number, limit)
  return (value) => test(value) || (Array.isArray(value) && value.some(test))
}

// Typed for numbers; strings compare by UTF-16 code units and bigints by value with the same operators.
const ORDERS = {
  $gt: (value: number, limit: number): boolean => value > limit,
  $gte: (value: number, limit: number): boolean => value >= limit,
  $lt: (value: number, limit: number): boolean => value < limit,
  $lte: (value: number, limit: number): boolean => value <= limit,
} as const

function containing(operand: unknown): ValueTest {
  const isElement = memberOf([operand])
  return (value) => {
    if (typeof value === 'string') return typeof operand === 'string' && value.includes(operand)
    return Array.isArray(value) && value.some(isElement)
  }
}

function startingWith(start: string): ValueTest {
  const test: ValueTest = (value) => typeof value === 'string' && value.startsWith(start)
  return (value) => test(value) || (Array.isArray(value) && value.some(test))
}

export function operatorsOf(operators: Record<string, unknown>, place: Place): string[] {
  const keys = Object.keys(operators)
  const field = keys.find((key) => !key.startsWith('$'))
  if (field !== undefined)
    throw invalid(inside(place, field), { expected: 'an operator beside the other operators', received: 'a name' })
  if (keys.length === 0) throw invalid(place, { expected: 'at least one operator', received: 'none' })
  return keys
}

/** @param item Where the operand is one of several: which. */
function checkOperand(operand: unknown, place: Place, item?: number): unknown {
  const fault = findFault(operand)
  if (fault === undefined) return operand
  throw invalid({ ...place, path: place.path + (item === undefined ? '' : `[${item}]`) + fault.path }, fault)
}

function checkedOperands(operand: unknown, place: Place): unknown[] {
  const operands = checkOperands(operand, place)
  operands.forEach((operand, i) => void checkOperand(operand, place, i))
  return operands
}

export function checkOperands(operands: unknown, place: Place): unknown[] {
  if (!Array.isArray(operands)) throw invalid(place, { expected: 'an array', received: classOf(operands) })
  if (operands.length > MOST_OPERANDS) {
    throw invalid(place, {
      expected: `at most ${MOST_OPERANDS.toLocaleString('en')} values`,
      received: operands.length.toLocaleString('en'),
      remedy: 'Ask in several queries.',
    })
  }
  // A copy, holes filled in, so that checking finds them.
  return Array.from(operands)
}
