import { LimitError } from '@voisin/spec'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { languageTag } from '../language-tag.ts'
import { type Direction, RunCollector } from './runs.ts'
import { type Element, readTree } from './structure.ts'

/** What is written on a page. */
export interface Page {
  readonly number: number
  /** In points, as it is shown. */
  readonly width: number
  readonly height: number
  /** None where there is no text. */
  readonly directions: readonly Direction[]
  /** What its parts are, where the file says so. */
  readonly structure: readonly Element[]
  readonly language: string | undefined
}

/** More pieces of text than a page can show. */
const MOST_RUNS = 200_000

/** @throws {LimitError} There is too much on it. */
export async function readPage(document: PDFDocumentProxy, number: number, name: string): Promise<Page> {
  const proxy = await document.getPage(number)
  try {
    const { width, height, transform } = proxy.getViewport({ scale: 1 })
    const collector = new RunCollector(transform, width, height)
    let language: string | undefined
    const reader = proxy.streamTextContent({ includeMarkedContent: true }).getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      language ??= read.value.lang ?? undefined
      collector.add(read.value.items, read.value.styles)
      if (collector.count <= MOST_RUNS) continue
      await reader.cancel(new Error('There is too much.'))
      throw new LimitError(`Page ${number} of "${name}" holds too much.`, {
        expected: `at most ${MOST_RUNS.toLocaleString('en')} pieces of text on a page`,
        received: 'more',
      })
    }
    const tree = await proxy.getStructTree().catch(() => null)
    return {
      number,
      width,
      height,
      directions: collector.directions(),
      structure: readTree(tree),
      language: languageTag(language),
    }
  } finally {
    proxy.cleanup()
  }
}
