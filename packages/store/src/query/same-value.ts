import type { ValueTest } from '../points/field-path.ts'

/** Whether two plain data are the same: dates by time, bytes by content, objects by keys and values in any order. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime()
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && sameItems(a, b)
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b)
  return sameEntries(a as Record<string, unknown>, b as Record<string, unknown>)
}

function sameItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!isSame(a[i], b[i])) return false
  return true
}

function sameEntries(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}

/** Whether a value, or an element of it, is one of these. `null` among them also stands for nothing being there. */
export function oneOf(operands: readonly unknown[]): ValueTest {
  const isMember = memberOf(operands)
  return (value) => isMember(value ?? null) || (Array.isArray(value) && value.some(isMember))
}

/** Whether a value itself is one of these; in time that does not grow with their number, where these are not objects. */
export function memberOf(operands: readonly unknown[]): ValueTest {
  if (operands.length === 1) {
    const operand = operands[0]
    return typeof operand === 'object' && operand !== null ? (value) => isSame(value, operand) : (value) => value === operand
  }
  const times = new Set<number>()
  const objects: object[] = []
  const others = new Set<unknown>()
  for (const operand of operands) {
    if (operand instanceof Date) times.add(operand.getTime())
    else if (typeof operand === 'object' && operand !== null) objects.push(operand)
    else others.add(operand)
  }
  return (value) => {
    if (typeof value !== 'object' || value === null) return others.has(value)
    return value instanceof Date ? times.has(value.getTime()) : objects.some((object) => isSame(value, object))
  }
}
