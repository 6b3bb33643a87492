import { isVoisinError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { alphabetOf, Random, sentenceOf, wordOf } from '../testing/random-words.ts'
import { parseEmail, parseMbox } from './parse-email.ts'
import { stripHtml } from './strip-html.ts'

const encoder = new TextEncoder()
const read = (message: string | Uint8Array) =>
  parseEmail(typeof message === 'string' ? encoder.encode(message) : message, { name: 'note.eml' })

const base64 = (text: string): string => {
  let binary = ''
  for (const byte of encoder.encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
const lines = (text: string, length: number): string => text.match(new RegExp(`.{1,${length}}`, 'g'))!.join('\r\n')
const quotedPrintable = (text: string): string => {
  const soft = '=\r\n'
  return text
    .split('\n')
    .map((line) => {
      const units = [...encoder.encode(line)].map((byte) =>
        byte > 32 && byte < 127 && byte !== 61
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      let written = ''
      let width = 0
      for (const unit of units) {
        if (width + unit.length > 70) {
          written += soft
          width = 0
        }
        written += unit
        width += unit.length
      }
      return written
    })
    .join('\r\n')
}

test('messages of any language, encoded in any way, are read as they were written', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const alphabet = alphabetOf(random)
    const subject = `${wordOf(random, alphabet)} ${wordOf(random, alphabet)}`
    const body = Array.from({ length: random.integer(1, 8) }, () =>
      random.next() < 0.3 ? `> ${sentenceOf(random, alphabet)}` : sentenceOf(random, alphabet),
    ).join('\n')
    const encoding = random.pick(['base64', 'quoted-printable', '8bit'])
    const encoded = {
      base64: lines(base64(body), 76),
      'quoted-printable': quotedPrintable(body),
      '8bit': body.replaceAll('\n', '\r\n'),
    }[encoding]!
    const part = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoded}`
    const hasFile = random.next() < 0.5
    const message =
      `From: =?utf-8?B?${base64(wordOf(random, alphabet))}?= <a@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?B?${base64(subject)}?=\r\n` +
      'Date: Tue, 1 Dec 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n' +
      (hasFile
        ? `Content-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\n${part}\r\n--edge\r\nContent-Type: application/pdf\r\n` +
          'Content-Disposition: attachment; filename="plan.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--edge--\r\n'
        : part)
    const { text, title, notices } = await read(message)
    expect(title).toBe(subject)
    expect(text.startsWith(`# ${subject}\n\nFrom: `), text).toBe(true)
    expect(text).toContain('\nTo: b@example.org\nDate: 2026-12-01T09:00:00.000Z\n\n')
    expect(text.endsWith(`\n\n${body}`), `${encoding}: ${text}`).toBe(true)
    expect(notices).toEqual(hasFile ? ['Attachments were not read: "plan.pdf".'] : undefined)
  }
})

test('a message in HTML alone is read without its markup', async () => {
  const html =
    '<html><head><style>p{color:red}</style></head><body><p>Sch&ouml;ne &amp; gute<br>Gr&#252;&#xDF;e</p><ul><li>eins<li>zwei</ul></body></html>'
  const { text } = await read(`Subject: Gruss\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`)
  expect(text).toBe('# Gruss\n\nSchöne & gute\nGrüße\n\n- eins\n- zwei')
})

test('HTML of any kind is stripped in one pass', () => {
  for (const piece of ['<', '<!--', '<p', '</', '&', '&#', '<style>', '> ', ' \n', '<a href="', 'a<b ']) {
    expect(stripHtml(piece.repeat(1_000_000 / piece.length)).length).toBeLessThanOrEqual(1_000_000)
  }
})

test('a mailbox is its messages, each of them a place', async () => {
  const mailbox =
    'From a@example.org Tue Dec  1 10:00:00 2026\nSubject: First\n\nOne.\n\n>From here on it is quoted.\n\n' +
    'From b@example.org Tue Dec  1 11:00:00 2026\r\nSubject: Second\r\n\r\nTwo.\r\n'
  const { text, places } = await parseMbox(encoder.encode(mailbox), { name: 'mail.mbox' })
  expect(text).toBe('# First\n\nOne.\n\nFrom here on it is quoted.\n\n# Second\n\nTwo.')
  expect(places).toEqual([
    { start: 0, row: 1 },
    { start: text.indexOf('# Second'), row: 2 },
  ])
})

test.each([
  ['nothing', ''],
  ['no header', 'Just a text\nand another line'],
  ['binary', '\0\u0001\u0002'.repeat(1000)],
  ['headers alone', 'X-Mailer: none\r\n\r\n'],
  ['a part that is not there', 'Content-Type: multipart/mixed; boundary=x\r\n\r\n--y\r\n'],
  [
    'parts in parts',
    'Content-Type: multipart/mixed; boundary=x\r\n\r\n' +
      '--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'.repeat(5_000),
  ],
  ['an endless header', `Subject: ${'a '.repeat(3_000_000)}`],
])('what is no message is refused by name: %s', async (_, message) => {
  const result = await read(message).catch((error: unknown) => error)
  if (!isVoisinError(result)) throw result
  expect(['corrupt-data', 'empty-text']).toContain(result.code)
  expect(result.message).toContain('"note.eml"')
})
