import { InvalidArgumentError, type PointId } from '@voisin/spec'

const LONGEST_ID = 512
const HALF_CHARACTER = /\p{Surrogate}/u

/** @throws {InvalidArgumentError} It is no point id. */
export function checkId(id: unknown): PointId {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id + 0
  // Half a surrogate pair has no UTF-8: two such ids would be stored as one.
  if (typeof id === 'string' && id.length >= 1 && id.length <= LONGEST_ID && !HALF_CHARACTER.test(id)) return id
  throw new InvalidArgumentError('This is no point id.', {
    expected: `a well-formed string of 1 to ${LONGEST_ID} characters, or a safe integer ≥ 0`,
    received: typeof id === 'string' ? `${id.length} characters` : typeof id === 'number' ? String(id) : typeof id,
  })
}

export function checkIds(ids: unknown, what = 'ids'): PointId[] {
  if (Array.isArray(ids)) return Array.from(ids, checkId)
  throw new InvalidArgumentError(`Ill-formed ${what}.`, { expected: 'an array', received: ids === null ? 'null' : typeof ids })
}
