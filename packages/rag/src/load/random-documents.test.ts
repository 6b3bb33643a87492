import { expect, test } from 'vitest'
import { createChunker } from '../chunk/chunker.ts'
import { parseDocx } from './docx/parse-docx.ts'
import { parseEpub } from './epub/parse-epub.ts'
import type { Extracted, Parse } from './extracted.ts'
import { parseHtml } from './html/parse-html.ts'
import { parseOdt } from './odt/parse-odt.ts'
import { type Part, randomDocument, uniqueWords } from './testing/random-document.ts'
import { writeDocx, writeEpub, writeHtml, writeOdt } from './testing/write-formats.ts'

const FORMATS: readonly (readonly [string, Parse, (parts: readonly Part[]) => Uint8Array | Promise<Uint8Array>])[] = [
  ['html', parseHtml, writeHtml],
  ['docx', parseDocx, writeDocx],
  ['odt', parseOdt, writeOdt],
  ['epub', parseEpub, writeEpub],
]

/** Where the pages are that a document was written with: before which of its unique words. */
function expectedPages(parts: readonly Part[]): { page: number; before: string | undefined }[] {
  return parts.flatMap((part, i) => (part.kind === 'page' ? { page: part.page, before: uniqueWords(parts.slice(i))[0] } : []))
}

function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text)
}

function check({ text, places = [] }: Extracted, parts: readonly Part[], hasFirstPage: boolean): void {
  // Everything is there, once, in its order.
  let at = 0
  for (const word of uniqueWords(parts)) {
    const found = text.indexOf(word, at)
    expect(found, `${word} after ${at}`).toBeGreaterThanOrEqual(at)
    at = found + word.length
  }
  expect(text).not.toMatch(/[\ufdd0\r]/)
  expect(isWellFormed(text)).toBe(true)
  const wanted = expectedPages(parts)
  const given = places.slice(hasFirstPage && places.length > 0 ? 1 : 0)
  expect(given.map(({ page }) => page)).toEqual(wanted.map(({ page }) => page))
  let start = 0
  for (const [i, place] of given.entries()) {
    expect(place.start).toBeGreaterThanOrEqual(start)
    expect(place.start).toBeLessThanOrEqual(text.length)
    start = place.start
    const before = wanted[i]!.before
    if (before === undefined) continue
    // Nothing but markup stands between the place and the first word after it.
    const between = text.slice(place.start, text.indexOf(before))
    expect(between).toMatch(/^[\s#|>\-\d.]*$/)
  }
  const chunks = createChunker().chunk({ id: 'a', text })
  const titles = new Set(chunks.flatMap(({ headings }) => headings.map((heading) => heading.split(' ')[0])))
  for (const [i, part] of parts.entries()) {
    // A heading with something under it is one to the chunker, too.
    if (part.kind === 'heading' && parts[i + 1]?.kind === 'paragraph') expect(titles).toContain(uniqueWords([part])[0])
  }
}

for (const [name, parse, write] of FORMATS) {
  test(`200 random ${name} documents are read whole, in order, with their pages where they are`, async () => {
    for (let seed = 0; seed < 200; seed++) {
      const parts = randomDocument(seed)
      const extracted = await parse(await write(parts), { name: `${seed}.${name}` })
      check(extracted, parts, name === 'docx' || name === 'odt')
    }
  })
}
