/** What a condition asks of one value that its path leads to; `undefined` stands for "nothing is there". */
export type ValueTest = (value: unknown) => boolean

/** Whether some value that a path leads to passes a test. */
export type SomeValue = (payload: object, test: ValueTest) => boolean

const ARRAY_PLACE = /^(?:0|[1-9]\d{0,8})$/

/**
 * Compiles a dotted path.
 *
 * It is walked, own keys only: through an object to the value of the next name, or to nothing; through an array to every element that
 * is an object, and to the element of that number. So an array without objects (an empty one, one of numbers) leads nowhere, not even
 * to nothing, as in MongoDB. Where an object has a key with dots that is spelled like the next names together, that key comes first:
 * the longest there is.
 */
export function compilePath(path: string): SomeValue {
  const names = path.split('.')
  if (names.length === 1) return (payload, test) => test(ownValue(payload, path))
  const steps = names.map((name, first) => ({
    name,
    joined: names
      .slice(first + 1)
      .map((_, i) => ({ key: names.slice(first, first + i + 2).join('.'), next: first + i + 2 }))
      .reverse(),
  }))
  return (payload, test) => someFrom(payload, steps, 0, test)
}

/** All values that a path leads to, `undefined` for nothing. */
export function valuesAt(someValue: SomeValue, payload: object): unknown[] {
  const values: unknown[] = []
  someValue(payload, (value) => {
    values.push(value)
    return false
  })
  return values
}

/** The keys of a payload that a path may go through: its first name, and all that its first names spell together. */
export function topLevelKeys(path: string): string[] {
  const names = path.split('.')
  return names.map((_, i) => names.slice(0, i + 1).join('.'))
}

interface Step {
  readonly name: string
  /** The same with names after it, longest first, and the step that follows. */
  readonly joined: readonly { readonly key: string; readonly next: number }[]
}

function someFrom(value: unknown, steps: readonly Step[], depth: number, test: ValueTest): boolean {
  if (depth === steps.length) return test(value)
  if (!Array.isArray(value)) return isObject(value) ? someOf(value, steps, depth, test) : test(undefined)
  const { name } = steps[depth]!
  if (ARRAY_PLACE.test(name) && Number(name) < value.length && someFrom(value[Number(name)], steps, depth + 1, test)) return true
  return value.some((item) => !Array.isArray(item) && isObject(item) && someOf(item, steps, depth, test))
}

function someOf(object: object, steps: readonly Step[], depth: number, test: ValueTest): boolean {
  const { name, joined } = steps[depth]!
  for (const { key, next } of joined) if (Object.hasOwn(object, key)) return someFrom(ownValue(object, key), steps, next, test)
  return someFrom(ownValue(object, name), steps, depth + 1, test)
}

function ownValue(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
}
