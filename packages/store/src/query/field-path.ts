/** What a condition asks of one value that its path leads to; `undefined` stands for "nothing is there". */
export type ValueTest = (value: unknown) => boolean

/** Whether some value that a path leads to passes a test. */
export type SomeValue = (payload: object, test: ValueTest) => boolean

const ARRAY_PLACE = /^(?:0|[1-9]\d{0,8})$/

/**
 * Compiles a dotted path.
 *
 * A key of the payload that is spelled like the whole path comes first. Otherwise the path is walked, own keys only: through an
 * object to the value of that name, or to nothing; through an array to every element that is an object, and to the element of that
 * number. So an array without objects (an empty one, one of numbers) leads nowhere, not even to nothing, as in MongoDB.
 */
export function compilePath(path: string): SomeValue {
  const steps = path.split('.')
  if (steps.length === 1) return (payload, test) => test(ownValue(payload, path))
  return (payload, test) => (Object.hasOwn(payload, path) ? test(ownValue(payload, path)) : someFrom(payload, steps, 0, test))
}

function someFrom(value: unknown, steps: readonly string[], depth: number, test: ValueTest): boolean {
  if (depth === steps.length) return test(value)
  const step = steps[depth]!
  if (!Array.isArray(value)) return isObject(value) ? someFrom(ownValue(value, step), steps, depth + 1, test) : test(undefined)
  if (ARRAY_PLACE.test(step) && Number(step) < value.length && someFrom(value[Number(step)], steps, depth + 1, test)) return true
  return value.some((item) => !Array.isArray(item) && isObject(item) && someFrom(ownValue(item, step), steps, depth + 1, test))
}

function ownValue(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
}
