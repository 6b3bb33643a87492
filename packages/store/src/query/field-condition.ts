import { classOf, findFault, isPlainObject } from '../points/plain-data.ts'
import type { SomeValue, ValueTest } from './field-path.ts'
import { checkLevel, count, deeper, inside, invalid, type Place, unknown } from './filter-place.ts'
import { memberOf, oneOf } from './same-value.ts'

const MOST_OPERANDS = 10_000

/** Whether a payload meets a condition on one field. */
export type FieldPredicate = (payload: object) => boolean

/** Compiles a condition on a field: a value it equals, or operators. */
export function compileField(someValue: SomeValue, condition: unknown, place: Place): FieldPredicate {
  if (isPlainObject(condition) && Object.keys(condition).some((key) => key.startsWith('$'))) {
    return compileOperators(someValue, condition, place)
  }
  count(place)
  const test = oneOf([checkOperand(condition, place)])
  return (payload) => someValue(payload, test)
}

function compileOperators(someValue: SomeValue, operators: Record<string, unknown>, place: Place): FieldPredicate {
  checkLevel(deeper(place))
  const tests = operatorsOf(operators, place).map((operator) =>
    compileOperator(someValue, operator, operators[operator], inside(place, operator)),
  )
  return tests.length === 1 ? tests[0]! : (payload) => tests.every((test) => test(payload))
}

function compileOperator(someValue: SomeValue, operator: string, operand: unknown, place: Place): FieldPredicate {
  if (operator === '$not') {
    if (!isPlainObject(operand)) throw invalid(place, { expected: 'an object of operators', received: classOf(operand) })
    const negated = compileOperators(someValue, operand, deeper(place))
    return (payload) => !negated(payload)
  }
  count(place)
  const { test, isNegated } = compileTest(operator, operand, place)
  return isNegated ? (payload) => !someValue(payload, test) : (payload) => someValue(payload, test)
}

/** What an operator asks of one value. A negated one asks that no value passes. */
function compileTest(operator: string, operand: unknown, place: Place): { test: ValueTest; isNegated: boolean } {
  switch (operator) {
    case '$eq':
    case '$ne':
      return { test: oneOf([checkOperand(operand, place)]), isNegated: operator === '$ne' }
    case '$in':
    case '$nin': {
      const operands = checkOperands(operand, place)
      operands.forEach((item, i) => void checkOperand(item, { ...place, path: `${place.path}[${i}]` }))
      return { test: oneOf(operands), isNegated: operator === '$nin' }
    }
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
    default:
      throw unknown(place, '$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $contains or $not')
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

export function operatorsOf(operators: Record<string, unknown>, place: Place): string[] {
  const keys = Object.keys(operators)
  const field = keys.find((key) => !key.startsWith('$'))
  if (field !== undefined)
    throw invalid(inside(place, field), { expected: 'an operator beside the other operators', received: 'a name' })
  if (keys.length === 0) throw invalid(place, { expected: 'at least one operator', received: 'none' })
  return keys
}

function checkOperand(operand: unknown, place: Place): unknown {
  const fault = findFault(operand)
  if (fault) throw invalid({ ...place, path: place.path + fault.path }, fault)
  return operand
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
