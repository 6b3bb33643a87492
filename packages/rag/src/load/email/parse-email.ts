import { CorruptDataError, EmptyTextError } from '@voisin/spec'
import type { Extracted, Parse } from '../extracted.ts'
import { oneLine } from '../markdown-writer.ts'
import { type Address, type Email, PostalMime } from './postal-mime.ts'
import { splitMbox } from './split-mbox.ts'
import { stripHtml } from './strip-html.ts'

const MAILBOX = 'From '

/**
 * Reads a message: who wrote it to whom and when, its subject as title and heading, and its text with all that it quotes; from its HTML
 * where it has no plain text. Attachments are named in a notice and not read.
 *
 * @throws {CorruptDataError} The bytes are no message, or one of parts in parts without end.
 * @throws {EmptyTextError} It has neither subject nor text.
 */
export const parseEmail: Parse = async (bytes, { name, signal }) => {
  signal?.throwIfAborted()
  const message = await readMessage(bytes, name)
  const title = subjectOf(message)
  const text = writeMessage(message)
  if (text === '') {
    throw new EmptyTextError(`"${name}" has no text.`, { expected: 'a subject or a text', received: 'neither' })
  }
  return { text, ...(title !== undefined && { title }), ...noticesOf([message]) }
}

/**
 * Reads a mailbox in the mbox format: one message after the other, each under a heading that is its subject. A place's row is a message's number.
 *
 * @throws {CorruptDataError | EmptyTextError} As `parseEmail`, of the first message, where none can be read.
 */
export const parseMbox: Parse = async (bytes, { name, signal }) => {
  const pieces: string[] = []
  const places: { start: number; row: number }[] = []
  const messages: Email[] = []
  let length = 0
  let unreadable = 0
  let cause: unknown
  for (const [index, raw] of splitMbox(bytes).entries()) {
    signal?.throwIfAborted()
    const message = await readMessage(raw, name).catch((error: unknown) => {
      cause ??= error
      unreadable++
    })
    const text = message ? writeMessage(message) : ''
    if (text === '') continue
    messages.push(message!)
    if (pieces.length > 0) length += 2
    places.push({ start: length, row: index + 1 })
    pieces.push(text)
    length += text.length
  }
  if (pieces.length === 0) throw cause ?? new EmptyTextError(`"${name}" has no text.`, { expected: 'a message that has one' })
  const { notices = [] } = noticesOf(messages)
  const all = unreadable > 0 ? [...notices, `${unreadable} damaged messages were left out.`] : notices
  return { text: pieces.join('\n\n'), places, ...(all.length > 0 && { notices: all }) }
}

async function readMessage(bytes: Uint8Array, name: string): Promise<Email> {
  const message = await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' }).catch((cause: unknown) => {
    throw damaged(name, cause instanceof Error ? cause.message : String(cause), cause)
  })
  if (message.headers.some(({ key, value }) => /^[!-9;-~]+$/.test(key) && value.trim() !== '')) return message
  throw damaged(name, bytes.length === 0 ? 'an empty file' : 'bytes without such lines')
}

const damaged = (name: string, received: string, cause?: unknown): CorruptDataError =>
  new CorruptDataError(`"${name}" cannot be read as a message.`, {
    expected: 'headers (From, To, Subject, …), an empty line and a text',
    received,
    dataState: 'intact',
    cause,
  })

const subjectOf = ({ subject }: Email): string | undefined => (subject === undefined ? undefined : oneLine(subject) || undefined)

function writeMessage(message: Email): string {
  const subject = subjectOf(message)
  const people = [
    ['From', message.from && [message.from]],
    ['To', message.to],
    ['Cc', message.cc],
  ] as const
  const lines = people.flatMap(([label, list]) =>
    list && list.length > 0 ? [`${label}: ${list.map(addressText).join(', ')}`] : [],
  )
  if (message.date) lines.push(`Date: ${message.date}`)
  const body = bodyOf(message)
  if (subject === undefined && body === '') return ''
  return [subject === undefined ? '' : `# ${subject}`, lines.join('\n'), body].filter((part) => part !== '').join('\n\n')
}

function addressText({ name, address, group }: Address): string {
  if (group) return `${oneLine(name)}: ${group.map(addressText).join(', ')}`
  const plain = oneLine(name)
  const where = oneLine(address ?? '')
  return plain === '' || plain === where ? where : where === '' ? plain : `${plain} <${where}>`
}

/** The plain text as it was written, or that of the HTML. */
function bodyOf({ text, html }: Email): string {
  const plain = text === undefined ? '' : withoutEnds(text)
  return plain !== '' || html === undefined ? plain : stripHtml(html)
}

const withoutEnds = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()

function noticesOf(messages: readonly Email[]): Pick<Extracted, 'notices'> {
  const names = messages.flatMap(({ attachments }) =>
    attachments.filter(({ related }) => related !== true).map(({ filename, mimeType }) => oneLine(filename ?? '') || mimeType),
  )
  if (names.length === 0) return {}
  const shown = names
    .slice(0, 20)
    .map((name) => `"${name}"`)
    .join(', ')
  return { notices: [`Attachments were not read: ${shown}${names.length > 20 ? ` and ${names.length - 20} others` : ''}.`] }
}

/** Reads a mailbox where a file is one, else a message. A message begins with the name of a field, a mailbox with a line of its own. */
export const parseMail: Parse = async (bytes, file) => {
  const isMailbox = new TextDecoder('latin1').decode(bytes.subarray(0, MAILBOX.length)) === MAILBOX
  return await (isMailbox ? parseMbox : parseEmail)(bytes, file)
}
