import {
  classOf,
  type Document,
  findFault,
  InvalidArgumentError,
  InvalidPayloadError,
  isPlainObject,
  LimitError,
} from '@voisin/spec'
import { FORMATS } from '../chunk/document-format.ts'
import { TAKEN_ID } from '../stored.ts'
import type { FailedDocument } from './outcome.ts'

const LONGEST_ID = 512
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
    const { metadata, format } = given
    const more = { ...(metadata !== undefined && { metadata }), ...(format !== undefined && { format }) }
    const document = { id: given.id, text: given.text, ...more }
    return faultOfId(document) ?? faultOfText(document) ?? faultOfFormat(document) ?? faultOfMetadata(document) ?? document
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
