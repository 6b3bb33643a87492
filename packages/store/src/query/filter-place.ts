import { InvalidFilterError, type VoisinErrorDetails } from '@voisin/spec'

const DEEPEST_LEVEL = 16
const MOST_CONDITIONS = 1000

/** Where the compiler stands. The budget is shared by the whole filter. */
export interface Place {
  readonly path: string
  readonly level: number
  readonly budget: { conditions: number }
  /** Inside `$elemMatch`: elements have no id. */
  readonly isElement?: boolean
}

export function outermost(): Place {
  return { path: 'filter', level: 1, budget: { conditions: MOST_CONDITIONS } }
}

export function checkLevel({ path, level }: Place): void {
  if (level <= DEEPEST_LEVEL) return
  throw new InvalidFilterError('The filter is nested too deeply.', {
    expected: `at most ${DEEPEST_LEVEL} levels`,
    received: `more, at ${path.length > 200 ? `${path.slice(0, 200)}…` : path}`,
  })
}

export function count(place: Place): void {
  if (place.budget.conditions-- > 0) return
  throw new InvalidFilterError('The filter has too many conditions.', {
    expected: `at most ${MOST_CONDITIONS.toLocaleString('en')}`,
    received: `more, at ${place.path}`,
    remedy: 'Put values of one field into $in.',
  })
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

export function inside(place: Place, key: string): Place {
  return { ...place, path: NAME.test(key) ? `${place.path}.${key}` : `${place.path}[${JSON.stringify(key)}]` }
}

export function deeper(place: Place): Place {
  return { ...place, level: place.level + 1 }
}

export function invalid({ path }: Place, { expected, received, remedy }: VoisinErrorDetails): InvalidFilterError {
  return new InvalidFilterError(`${path} cannot be asked.`, {
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    ...(remedy !== undefined && { remedy }),
  })
}

export function unknown(place: Place, expected: string): InvalidFilterError {
  return new InvalidFilterError(`${place.path} is no operator here.`, { expected, received: place.path.split('.').at(-1)! })
}
