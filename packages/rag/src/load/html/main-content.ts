import { findElement, type HtmlElement, type HtmlNode } from './html-tree.ts'

/** What holds no text of the page. */
const NO_TEXT = new Set(
  (
    'script style noscript template svg canvas iframe object embed applet audio video map head input select button textarea datalist ' +
    'progress meter frameset noframes rp rt title'
  ).split(' '),
)
const ASIDE_TAGS = new Set(['nav'])
/** Beside the content where they stand on their own; part of it within an article. */
const OUTER_TAGS = new Set(['header', 'footer', 'aside'])
const ASIDE_ROLES = new Set(
  'navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog tooltip tablist'.split(' '),
)
/** Words of classes and ids of what stands beside the content. */
const ASIDE_WORDS = new Set(
  (
    'ad ads advert advertisement advertising sponsor sponsored promo promotion cookie cookies consent gdpr sidebar sidenav breadcrumb breadcrumbs ' +
    'share sharing social related recommended recommendations newsletter subscribe popup modal overlay pagination pager paginator nav navbar ' +
    'navigation navbox navheader navfooter menu submenu toolbar toc footer masthead banner skip skiplink sitemap editsection'
  ).split(' '),
)
/** A part this large of a page is not beside it, whatever it is called. */
const LARGE_SHARE = 0.4
const LITTLE_CHARACTERS = 400
const LEAST_CHARACTERS = 140
/** Of an element's characters, how many are in links where it is a list of links. */
const LINKED = 0.7
const PROSE_TAGS = new Set('h1 h2 h3 h4 h5 h6 p a pre code main article html body'.split(' '))
const LIST_TAGS = new Set('ul ol div section table p dl td'.split(' '))

interface Size {
  /** Characters that are not white space. */
  readonly text: number
  readonly linked: number
  readonly links: number
}

/** The parts of a page that are its content, and which are none. */
export interface MainContent {
  readonly root: HtmlElement
  /** Elements in it that are left out. */
  readonly left: ReadonlySet<HtmlElement>
}

/** Whether nothing of an element is ever shown as text. */
export function isTextless({ tag, attributes }: HtmlElement): boolean {
  if (NO_TEXT.has(tag)) return true
  if (attributes.size === 0) return false
  if (attributes.has('hidden') && attributes.get('hidden') !== 'until-found') return true
  if (attributes.get('aria-hidden') === 'true') return true
  const style = attributes.get('style')
  return style !== undefined && /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)
}

/**
 * Finds what a page is about: its `<main>` or its article where it has one, without what stands beside the content (menus, banners, forms,
 * lists of links). Where next to nothing would be left, all of the body is the content. Linear in the size of the page.
 */
export function findMainContent(page: HtmlElement): MainContent {
  const body = findElement(page, ({ tag }) => tag === 'body') ?? page
  const sizes = new Map<HtmlElement, Size>()
  const { text: all } = measure(body, sizes)
  const root = findRoot(body, sizes)
  const left = new Set<HtmlElement>()
  let kept = sizes.get(root)!.text
  const visit = (element: HtmlElement, isInArticle: boolean) => {
    for (const child of element.children) {
      if (typeof child === 'string') continue
      const size = sizes.get(child)
      if (size === undefined) continue
      if (isAside(child, size, kept, isInArticle || root !== body)) {
        left.add(child)
        kept -= size.text
      } else {
        visit(child, isInArticle || child.tag === 'article')
      }
    }
  }
  visit(root, false)
  return kept >= LEAST_CHARACTERS || kept >= all / 2 ? { root, left } : { root: body, left: new Set() }
}

/** The size of everything that has text. */
function measure(element: HtmlElement, sizes: Map<HtmlElement, Size>): Size {
  let [text, linked, links] = [0, 0, 0]
  for (const child of element.children) {
    if (typeof child === 'string') text += visibleLength(child)
    else if (!isTextless(child)) {
      const size = measure(child, sizes)
      text += size.text
      linked += size.linked
      links += size.links
    }
  }
  if (element.tag === 'a' && element.attributes.has('href')) [linked, links] = [text, links + 1]
  const size = { text, linked, links }
  sizes.set(element, size)
  return size
}

function visibleLength(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 32) length++
  return length
}

/** The `<main>`, or the one article that most of the page is. */
function findRoot(body: HtmlElement, sizes: ReadonlyMap<HtmlElement, Size>): HtmlElement {
  const prose = (element: HtmlElement) => sizes.get(element)!.text - sizes.get(element)!.linked
  let main: HtmlElement | undefined
  const articles: HtmlElement[] = []
  const visit = (node: HtmlNode) => {
    if (typeof node === 'string' || !sizes.has(node)) return
    if (node.tag === 'main' || node.attributes.get('role') === 'main') {
      if (main === undefined || prose(node) > prose(main)) main = node
      return
    }
    if (node.tag === 'article' || node.attributes.get('itemprop') === 'articleBody') articles.push(node)
    else node.children.forEach(visit)
  }
  body.children.forEach(visit)
  const enough = Math.max(LEAST_CHARACTERS, prose(body) * 0.2)
  if (main !== undefined && prose(main) >= enough) return main
  const [largest] = articles.sort((one, other) => prose(other) - prose(one))
  return largest !== undefined && prose(largest) >= Math.max(LEAST_CHARACTERS, prose(body) * 0.5) ? largest : body
}

function isAside(element: HtmlElement, { text, linked, links }: Size, kept: number, isInContent: boolean): boolean {
  const { tag, attributes } = element
  if (text === 0) return false
  const isLarge = text > kept * LARGE_SHARE
  const linkShare = linked / text
  if (ASIDE_TAGS.has(tag) || ASIDE_ROLES.has(attributes.get('role') ?? '')) return !isLarge || linkShare > LINKED
  if (OUTER_TAGS.has(tag) && !isInContent) return !isLarge
  if (isLarge) return false
  // An id may be made of a title: a section on cookies is called so.
  const isLinked = linkShare > 0.25
  if (
    !PROSE_TAGS.has(tag) &&
    ((isLinked && hasAsideWord(attributes.get('id'))) ||
      ((isLinked || text < LITTLE_CHARACTERS) && hasAsideWord(attributes.get('class'))))
  )
    return true
  // Links one after the other: what is said between them is little.
  return !isInContent && LIST_TAGS.has(tag) && links >= 4 && linkShare > LINKED && linked / links < 60
}

function hasAsideWord(names: string | undefined): boolean {
  if (names === undefined) return false
  const words = names
    .slice(0, 500)
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
  return words.split(/[^a-z]+/).some((word) => ASIDE_WORDS.has(word))
}
