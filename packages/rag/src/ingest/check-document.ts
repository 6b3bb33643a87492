import {
  classOf,
  type Document,
  findFault,
  InvalidArgumentError,
  InvalidPayloadError,
  isPlainObject,
  LimitError,
  type Place,
} from '@voisin/spec'
import { FORMATS } from '../chunk/document-format.ts'
import { TAKEN_ID } from '../stored.ts'
import type { FailedDocument } from './outcome.ts'

const LONGEST_ID = 512
const MOST_PLACES = 2 ** 20
/** UTF-16 code units. */
const LONGEST_TEXT = 2 ** 26

/**
 * A document as it will be stored, its properties read once; or why the value is none. Whatever the value is, this does not throw.
 */
export function checkDocument(value: unknown): Document | FailedDocument {
  let id = ''
  try {
    if (typeof value !== 'object' || value === null) {
      const error = new InvalidArgumentError('This is no document.', { expected: '{ id, text }', received: classOf(value) })
      return { id: String(value), error }
    }
    const given = value as Document
    id = typeof given.id === 'string' ? given.id : ''
    const { metadata, format, places } = given
    const document: Document = {
      id: given.id,
      text: given.text,
      ...(metadata !== undefined && { metadata }),
      ...(format !== undefined && { format }),
      ...(places !== undefined && { places }),
    }
    return (
      faultOfId(document) ??
      faultOfText(document) ??
      faultOfFormat(document) ??
      faultOfMetadata(document) ??
      faultOfPlaces(document) ??
      document
    )
  } catch (error) {
    // A property that throws when it is read.
    return { id, error: error as Error }
  }
}

function faultOfId({ id }: Document): FailedDocument | undefined {
  if (typeof id !== 'string' || id.length < 1 || id.length > LONGEST_ID) {
    const error = new InvalidArgumentError('A document has no usable id.', {
      expected: `a string of 1 to ${LONGEST_ID} characters`,
      received: typeof id === 'string' ? `${id.length} characters` : classOf(id),
    })
    return { id: typeof id === 'number' ? String(id) : typeof id === 'string' ? id : '', error, field: 'id' }
  }
  const fault = findFault(id)
  if (fault !== undefined) {
    const { path: _, ...details } = fault
    return { id, error: new InvalidArgumentError('A document’s id is ill-formed.', details), field: 'id' }
  }
  if (!TAKEN_ID.test(id)) return undefined
  const expected = 'an id that is neither <hash>:<number> nor text:<hash> nor calibration:<hash>'
  return { id, error: new InvalidArgumentError(`The document id "${id}" is reserved.`, { expected, received: id }), field: 'id' }
}

function faultOfText({ id, text }: Document): FailedDocument | undefined {
  if (typeof text !== 'string') {
    const details = { expected: 'a string', received: classOf(text) }
    return { id, error: new InvalidArgumentError(`The document "${id}" has no text.`, details), field: 'text' }
  }
  if (text.length > LONGEST_TEXT) {
    const error = new LimitError(`The document "${id}" is too long.`, {
      expected: `at most ${LONGEST_TEXT} UTF-16 code units`,
      received: String(text.length),
      remedy: 'Split it.',
    })
    return { id, error, field: 'text' }
  }
  const fault = findFault(text)
  if (fault === undefined) return undefined
  const { path: _, ...details } = fault
  return { id, error: new InvalidArgumentError(`The text of the document "${id}" is ill-formed.`, details), field: 'text' }
}

function faultOfFormat({ id, format }: Document): FailedDocument | undefined {
  if (format === undefined || FORMATS.includes(format)) return undefined
  const details = { expected: `one of ${FORMATS.join(', ')}`, received: typeof format === 'string' ? format : classOf(format) }
  return { id, error: new InvalidArgumentError(`The document "${id}" has no such format.`, details), field: 'format' }
}

function faultOfMetadata({ id, metadata }: Document): FailedDocument | undefined {
  if (metadata === undefined) return undefined
  if (!isPlainObject(metadata)) {
    const details = { expected: 'a plain object', received: classOf(metadata) }
    return { id, error: new InvalidPayloadError(`The metadata of the document "${id}" is none.`, details), field: 'metadata' }
  }
  // As deep as it will be stored.
  const fault = findFault({ metadata })
  if (fault === undefined) return undefined
  const { path, ...details } = fault
  const field = path.slice(1)
  return { id, error: new InvalidPayloadError(`${field} of the document "${id}" cannot be kept.`, details), field }
}

function faultOfPlaces({ id, text, places }: Document): FailedDocument | undefined {
  if (places === undefined) return undefined
  if (!Array.isArray(places)) {
    const details = { expected: 'an array of { start, page, sheet, row }', received: classOf(places) }
    return { id, error: new InvalidArgumentError(`The places of the document "${id}" are none.`, details), field: 'places' }
  }
  if (places.length > MOST_PLACES) {
    const details = { expected: `at most ${MOST_PLACES}`, received: String(places.length), remedy: 'Split it.' }
    return { id, error: new LimitError(`The document "${id}" has too many places.`, details), field: 'places' }
  }
  let before = 0
  for (const [index, place] of (places as readonly unknown[]).entries()) {
    if (!isPlace(place, before, text.length)) {
      const error = new InvalidArgumentError(`A place of the document "${id}" is none.`, {
        expected: `{ start: ${before} … ${text.length}, page?: a whole number, sheet?: a string, row?: a whole number }, in order of start`,
        received: JSON.stringify(place) ?? classOf(place),
      })
      return { id, error, field: `places[${index}]` }
    }
    before = place.start
  }
  return undefined
}

function isPlace(place: unknown, least: number, most: number): place is Place {
  if (typeof place !== 'object' || place === null) return false
  const { start, page, sheet, row } = place as Partial<Place>
  const isCount = (value: unknown) => value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0)
  if (!Number.isSafeInteger(start) || start! < least || start! > most) return false
  return isCount(page) && isCount(row) && (sheet === undefined || (typeof sheet === 'string' && findFault(sheet) === undefined))
}
