import type { PointId } from '@voisin/spec'

// The same language a second time, written for being read only: every value a path leads to is listed, then asked.
type Listed = unknown[]

function listValues(value: unknown, steps: string[]): Listed {
  if (steps.length === 0) return [value]
  if (Array.isArray(value)) {
    const [step, ...rest] = steps as [string, ...string[]]
    const byPlace = String(Number(step)) === step && Number(step) in value ? listValues(value[Number(step)], rest) : []
    return [...byPlace, ...value.filter(isPlain).flatMap((item) => listValues(item, steps))]
  }
  if (!isPlain(value)) return [undefined]
  const own = new Map(Object.entries(value))
  const longest = steps.map((_, i) => steps.length - i).find((length) => own.has(steps.slice(0, length).join('.')))
  return longest === undefined
    ? listValues(undefined, steps.slice(1))
    : listValues(own.get(steps.slice(0, longest).join('.')), steps.slice(longest))
}

const isPlain = (value: unknown): value is object => Object.prototype.toString.call(value) === '[object Object]'

const print = (value: unknown): string =>
  value instanceof Date
    ? `date ${value.getTime()}`
    : typeof value === 'bigint'
      ? `bigint ${value}`
      : Array.isArray(value)
        ? `[${value.map(print)}]`
        : typeof value === 'object' && value !== null
          ? `{${Object.entries(value)
              .map(([name, item]) => `${name}:${print(item)}`)
              .sort()}}`
          : `${typeof value} ${value}`

/** Whether a point meets a filter. */
export function naive(filter: Record<string, unknown>, id: PointId, payload: object): boolean {
  return Object.entries(filter).every(([key, operand]) => {
    if (key === '$and') return (operand as (typeof filter)[]).every((part) => naive(part, id, payload))
    if (key === '$or') return (operand as (typeof filter)[]).some((part) => naive(part, id, payload))
    if (key === '$not') return !naive(operand as typeof filter, id, payload)
    if (key === '$id') return naiveField(operand, [id])
    return naiveField(operand, listValues(payload, key.split('.')))
  })
}

function naiveField(condition: unknown, values: Listed): boolean {
  const isOperators = isPlain(condition) && Object.keys(condition).some((key) => key[0] === '$')
  if (!isOperators) return naiveField({ $eq: condition }, values)
  return Object.entries(condition as Record<string, unknown>).every(([operator, operand]) => {
    const deep = values.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]))
    const equals = (wanted: unknown) =>
      deep.some((value) => print(value) === print(wanted) || (wanted === null && value === undefined))
    const ordered = (holds: (a: never, b: never) => boolean) =>
      deep.some(
        (value) =>
          typeof value === typeof operand &&
          value instanceof Date === operand instanceof Date &&
          holds(value as never, operand as never),
      )
    switch (operator) {
      case '$eq':
        return equals(operand)
      case '$ne':
        return !equals(operand)
      case '$in':
        return (operand as unknown[]).some(equals)
      case '$nin':
        return !(operand as unknown[]).some(equals)
      case '$gt':
        return ordered((a, b) => a > b)
      case '$gte':
        return ordered((a, b) => a >= b)
      case '$lt':
        return ordered((a, b) => a < b)
      case '$lte':
        return ordered((a, b) => a <= b)
      case '$exists':
        return values.some((value) => value !== undefined) === operand
      case '$contains':
        return values.some((value) =>
          Array.isArray(value)
            ? value.some((item) => print(item) === print(operand))
            : typeof value === 'string' && typeof operand === 'string' && value.includes(operand),
        )
      case '$startsWith':
        return deep.some((value) => typeof value === 'string' && value.slice(0, (operand as string).length) === operand)
      case '$size':
        return values.some((value) => Array.isArray(value) && value.length === operand)
      case '$all':
        return (operand as unknown[]).every(equals)
      case '$elemMatch': {
        let innermost = operand as Record<string, unknown>
        while (Object.keys(innermost).join() === '$not') innermost = innermost.$not as Record<string, unknown>
        const asked = Object.keys(innermost)
        const isOfValues = asked.length > 0 && asked.every((key) => key[0] === '$' && key !== '$and' && key !== '$or')
        const holds = (item: unknown) =>
          isOfValues ? naiveField(operand, [item]) : isPlain(item) && naive(operand as Record<string, unknown>, '', item)
        return values.some((value) => Array.isArray(value) && value.some(holds))
      }
      default:
        return !naiveField(operand, values)
    }
  })
}
