import type { Extracted } from '../extracted.ts'
import { MarkdownWriter } from '../markdown-writer.ts'
import type { HtmlElement } from './html-tree.ts'
import { HtmlToMarkdown } from './to-markdown.ts'

/**
 * An element as Markdown.
 * @param left Elements in it that are left out.
 */
export function writeHtml(root: HtmlElement, left: ReadonlySet<HtmlElement> = new Set()): Pick<Extracted, 'text' | 'places'> {
  const writer = new MarkdownWriter()
  new HtmlToMarkdown(writer, left).write(root)
  const { text, places } = writer.finish()
  return { text, ...(places.length > 0 && { places }) }
}
