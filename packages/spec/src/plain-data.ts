/** How deep plain data may be nested: the outermost object or array is level 1. */
export const DEEPEST_LEVEL = 64

// Beyond this (the year 141,000) a float of seconds no longer holds every millisecond.
const LARGEST_DATE_MS = 2 ** 42 * 1000

/** What is wrong with a value, and where: `path` is empty or begins with `.` or `[`. */
export interface PlainDataFault {
  readonly path: string
  readonly expected: string
  readonly received: string
  readonly remedy?: string
}

const PLAIN_DATA =
  'null, a boolean, a finite number, a string, a bigint, a Date, a Uint8Array, or arrays and plain objects of these'
const LONE_SURROGATE = /\p{Surrogate}/u

/** The first thing in a value that is not plain data, or undefined where all of it is. */
export function findFault(value: unknown): PlainDataFault | undefined {
  return faultOf(value, { keys: [], ancestors: [] })
}

interface Place {
  readonly keys: (string | number)[]
  readonly ancestors: object[]
}

function faultOf(value: unknown, place: Place): PlainDataFault | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return undefined
    case 'string':
      return LONE_SURROGATE.test(value) ? halfCharacter(place) : undefined
    case 'number':
      return Number.isFinite(value) ? undefined : fault(place, 'a finite number', String(value))
    case 'object':
      return value === null ? undefined : faultOfObject(value, place)
    default:
      return fault(place, PLAIN_DATA, typeof value)
  }
}

function faultOfObject(value: object, place: Place): PlainDataFault | undefined {
  if (value instanceof Uint8Array) return undefined
  if (value instanceof Date) return faultOfDate(value, place)
  const isArray = Array.isArray(value)
  if (!isArray && !isPlainObject(value)) return fault(place, PLAIN_DATA, classOf(value))
  if (place.ancestors.includes(value)) return fault(place, 'no cycle', 'an object that contains itself')
  if (place.ancestors.length === DEEPEST_LEVEL) return fault(place, `at most ${DEEPEST_LEVEL} levels`, 'a deeper one')

  place.ancestors.push(value)
  const found = isArray ? faultOfItems(value, place) : faultOfEntries(value, place)
  place.ancestors.pop()
  return found
}

function faultOfItems(items: readonly unknown[], place: Place): PlainDataFault | undefined {
  for (let i = 0; i < items.length; i++) {
    place.keys.push(i)
    const found = faultOf(items[i], place)
    if (found) return found
    place.keys.pop()
  }
  return undefined
}

function faultOfEntries(object: object, place: Place): PlainDataFault | undefined {
  if (Object.getOwnPropertySymbols(object).length > 0) return fault(place, 'keys that are strings', 'a symbol')
  for (const key of Object.keys(object)) {
    place.keys.push(key)
    // Harmless here, but whoever copies the object by assignment would change the copy's prototype.
    if (key === '__proto__') return fault(place, 'another name', 'the key "__proto__"')
    if (LONE_SURROGATE.test(key)) return halfCharacter(place)
    const found = faultOf((object as Record<string, unknown>)[key], place)
    if (found) return found
    place.keys.pop()
  }
  return undefined
}

function faultOfDate(date: Date, place: Place): PlainDataFault | undefined {
  const ms = date.getTime()
  if (Number.isNaN(ms)) return fault(place, 'a valid Date', 'an invalid one')
  if (Math.abs(ms) <= LARGEST_DATE_MS) return undefined
  return fault(place, 'a Date within 139,000 years of 1970', date.toISOString())
}

/** Whether a value is an object literal, of this realm or another, or an object without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A value's class as an error may name it. */
export function classOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (isPlainObject(value)) return 'an object'
  return `an object of class ${Object.prototype.toString
    .call(value)
    .slice(8, -1)
    .replace('Object', value.constructor?.name ?? 'Object')}`
}

function halfCharacter(place: Place): PlainDataFault {
  const remedy = 'Call toWellFormed() on it, or cut texts between characters.'
  return { ...fault(place, 'well-formed text', 'half of a surrogate pair'), remedy }
}

function fault({ keys }: Place, expected: string, received: string): PlainDataFault {
  return { path: keys.map(stepOf).join(''), expected, received }
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

function stepOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
