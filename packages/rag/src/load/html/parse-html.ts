import { decodeText } from '../decode-text.ts'
import type { Parse } from '../extracted.ts'
import { languageTag } from '../language-tag.ts'
import { oneLine } from '../markdown-writer.ts'
import { findElement, type HtmlElement, readTree, textOf } from './html-tree.ts'
import { findMainContent } from './main-content.ts'
import { writeHtml } from './write-html.ts'

/** Reads a page: its main text as Markdown, its title and its language. */
export const parseHtml: Parse = async (bytes, { name, signal }) => {
  const { text, encoding } = await decodeText(bytes, name)
  signal?.throwIfAborted()
  const page = readTree(text)
  const { root, left } = findMainContent(page)
  const extracted = writeHtml(root, left)
  const title = titleOf(page, root)
  const language = languageOf(page)
  return {
    ...extracted,
    ...(title !== undefined && { title }),
    ...(language !== undefined && { language }),
    ...(encoding !== 'utf-8' && { encoding }),
  }
}

/** Without the site's name where the page tells it from that: by its first heading, or in what it says to those who link to it. */
function titleOf(page: HtmlElement, root: HtmlElement): string | undefined {
  const given = findElement(page, ({ tag }) => tag === 'title')
  const title = given === undefined ? '' : oneLine(textOf(given))
  const heading = findElement(root, ({ tag }) => tag === 'h1')
  const first = heading === undefined ? '' : oneLine(textOf(heading))
  if (first !== '' && (title === '' || title.includes(first))) return first
  return metaOf(page, 'og:title') || title || undefined
}

function languageOf(page: HtmlElement): string | undefined {
  const html = findElement(page, ({ tag }) => tag === 'html')
  const said =
    html?.attributes.get('lang') ??
    html?.attributes.get('xml:lang') ??
    metaOf(page, 'content-language') ??
    metaOf(page, 'og:locale')
  return languageTag(said)
}

function metaOf(page: HtmlElement, name: string): string | undefined {
  const meta = findElement(page, ({ tag, attributes }) => {
    if (tag !== 'meta') return false
    return [attributes.get('property'), attributes.get('name'), attributes.get('http-equiv')].some(
      (each) => each?.toLowerCase() === name,
    )
  })
  const content = meta?.attributes.get('content')
  return content === undefined ? undefined : oneLine(content) || undefined
}
