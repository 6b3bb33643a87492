import { CorruptDataError, EmptyTextError, LimitError, UnsupportedError } from '@voisin/spec'
import type { Extracted } from '../extracted.ts'
import { layOut } from './lay-out.ts'
import { noticesOf } from './notices.ts'
import { type CharacterMaps, LockedPdf, type OpenPdf, openPdf } from './pdf-js.ts'
import { type Page, readPage } from './read-page.ts'
import { writeMarkdown } from './write-markdown.ts'

/** A page that shows no text: a scan, or a picture. */
export interface PageWithoutText {
  /** From 1. */
  readonly number: number
  /** In points, of which an inch has 72. */
  readonly width: number
  readonly height: number
}

export interface PdfOptions {
  /** Reads a page that has no text, from a picture of it that the caller makes. An empty string is a page without text. */
  readonly ocr?: (page: PageWithoutText) => Promise<string>
  /** Needed for East Asian documents whose fonts are not embedded; without them their text is left out, with a notice. */
  readonly characterMaps?: CharacterMaps
  /** Called after each page with the number of pages that are done, and of all. */
  readonly onPage?: (done: number, total: number) => void
}

/** After so many unreadable pages one after the other the rest is not tried: a file may claim a billion. */
const MOST_FAILURES = 50

/**
 * Reads a PDF: paragraphs, headings (by size and font), lists, tables and code as Markdown, columns one after the other, and each page as a
 * place. Words broken at the ends of lines are joined; running heads and feet are left out.
 *
 * @throws {UnsupportedError} The file is no PDF, or opens with a password only.
 * @throws {CorruptDataError} The file is damaged beyond reading.
 * @throws {EmptyTextError} No page has text, and there is no `ocr` or it finds none.
 * @throws {LimitError} A page holds more pieces of text than any reader shows.
 */
export async function parsePdf(
  bytes: Uint8Array,
  file: { readonly name: string; readonly signal?: AbortSignal },
  options: PdfOptions = {},
): Promise<Extracted> {
  const { name, signal } = file
  signal?.throwIfAborted()
  checkMagic(bytes, name)
  const pdf = await openPdf(bytes, options.characterMaps).catch((error: unknown) => {
    throw openingError(error, name)
  })
  try {
    return await readPdf(pdf, name, signal, options)
  } finally {
    await pdf.close().catch(() => {})
  }
}

function checkMagic(bytes: Uint8Array, name: string): void {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024))
  if (head.includes('%PDF-')) return
  throw new UnsupportedError(`"${name}" is not a PDF.`, {
    expected: '%PDF- among its first 1,024 bytes',
    received: bytes.length === 0 ? 'an empty file' : 'other bytes',
  })
}

function openingError(error: unknown, name: string): Error {
  if (error instanceof LockedPdf || (error as Error)?.name === 'PasswordException') {
    return new UnsupportedError(`"${name}" is encrypted.`, {
      expected: 'a PDF that opens without a password',
      remedy: 'Save a copy without a password and add that.',
      cause: error,
    })
  }
  return damaged(name, error)
}

const damaged = (name: string, cause: unknown): CorruptDataError =>
  new CorruptDataError(`"${name}" cannot be read as a PDF.`, {
    expected: 'a whole PDF',
    received: cause instanceof Error ? cause.message : String(cause),
    remedy: 'Open it in a viewer and save it anew.',
    dataState: 'intact',
    cause,
  })

async function readPdf(
  { document, missingMaps }: OpenPdf,
  name: string,
  signal: AbortSignal | undefined,
  { ocr, onPage }: PdfOptions,
): Promise<Extracted> {
  const pages: Page[] = []
  const unreadable: number[] = []
  const recognised = new Map<number, string>()
  const bare: number[] = []
  const total = document.numPages
  let failures = 0
  let cause: unknown
  let number = 0
  while (number < total && failures < MOST_FAILURES) {
    signal?.throwIfAborted()
    number++
    const page = await readPage(document, number, name).catch((error: unknown) => {
      if (error instanceof LimitError) throw error
      cause = error
    })
    if (!page) {
      unreadable.push(number)
      failures++
    } else {
      failures = 0
      pages.push(page)
      if (page.directions.length === 0) {
        const text = (await ocr?.({ number, width: page.width, height: page.height }))?.trim()
        if (text) recognised.set(number, text)
        else bare.push(number)
      }
    }
    onPage?.(number, total)
  }
  signal?.throwIfAborted()
  if (pages.length === 0) throw damaged(name, cause ?? new Error('no pages'))
  const { blocks, furnitureCount } = layOut(pages, recognised)
  const { text, places } = writeMarkdown(blocks)
  if (text === '') throw emptyError(name, pages.length, ocr !== undefined, missingMaps)
  const said = await document.getMetadata().catch(() => undefined)
  const title = titleOf(said)
  const language = pages.find((page) => page.language !== undefined)?.language
  const notices = noticesOf({ furnitureCount, bare, unreadable, lastRead: number, total, missingMaps, hasOcr: ocr !== undefined })
  return {
    text,
    ...(title !== undefined && { title }),
    ...(language !== undefined && { language }),
    places,
    ...(notices.length > 0 && { notices }),
  }
}

function emptyError(name: string, pageCount: number, hasOcr: boolean, missingMaps: ReadonlySet<string>): EmptyTextError {
  const expected = 'a page that has text'
  if (missingMaps.size > 0) {
    return new EmptyTextError(`The text of "${name}" cannot be decoded.`, {
      expected: `the character maps ${[...missingMaps].join(', ')}`,
      received: 'none',
      remedy: 'Give characterMaps.',
    })
  }
  return new EmptyTextError(`"${name}" has no text.`, {
    expected,
    received: `${pageCount} pages of pictures`,
    ...(!hasOcr && { remedy: 'It may be a scan: give ocr, or add a copy that went through OCR.' }),
  })
}

/** What the file calls itself, unless that is the name of the file that it was made from. */
function titleOf(said: Awaited<ReturnType<OpenPdf['document']['getMetadata']>> | undefined): string | undefined {
  const info = said?.info as { Title?: unknown } | undefined
  const values = [info?.Title, said?.metadata?.get('dc:title')]
  for (const value of values) {
    const title = typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : ''
    const isFileName =
      /^(?:microsoft word - |untitled|document\d*$)|\.(?:docx?|indd|qxd|tex|dvi|ps|pdf|pptx?|xlsx?|rtf|odt)$/i.test(title)
    if (title !== '' && !isFileName) return title
  }
  return undefined
}
