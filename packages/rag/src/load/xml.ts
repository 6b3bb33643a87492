import { declaredEncoding } from './declared-encoding.ts'

/** Attributes by local name: of `w:val` it is `val`. */
export type XmlAttributes = ReadonlyMap<string, string>

/** What a reader of XML is told, in the order of the text. Names are local: of `w:p` it is `p`. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes): void
  close(name: string): void
  text(text: string): void
}

const NONE: XmlAttributes = new Map()
const ATTRIBUTE = /([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
/** What ends a tag, or begins what may hold such a sign. */
const MARKUP = /[>"']/g
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads XML that a program has written: elements, their text and attributes. A document type is passed over, so no entity but the five of XML is
 * known, and nothing is fetched or multiplied. It asks for no well-formed text; whatever it is, the time is linear in its length.
 */
export function readXml(text: string, handler: XmlHandler): void {
  let at = 0
  while (at < text.length) {
    const tag = text.indexOf('<', at)
    if (tag !== at) handler.text(decodeReferences(text.slice(at, tag < 0 ? text.length : tag)))
    if (tag < 0) return
    if (text.startsWith('<!--', tag)) at = after(text, '-->', tag + 4)
    else if (text.startsWith('<![CDATA[', tag)) {
      at = after(text, ']]>', tag + 9)
      handler.text(text.slice(tag + 9, at - 3))
    } else if (text.startsWith('<?', tag)) at = after(text, '?>', tag + 2)
    else if (text.startsWith('<!', tag)) at = afterDeclaration(text, tag + 2)
    else at = readTag(text, tag + 1, handler)
  }
}

/** The text of a part, decoded as its first bytes say. */
export function decodeXml(bytes: Uint8Array): string {
  return new TextDecoder(declaredEncoding(bytes)?.encoding ?? 'utf-8').decode(bytes)
}

function readTag(text: string, start: number, handler: XmlHandler): number {
  const end = tagEnd(text, start)
  if (text[start] === '/') {
    handler.close(localName(text.slice(start + 1, end).trim()))
    return end + 1
  }
  const isEmpty = text[end - 1] === '/'
  const inner = text.slice(start, isEmpty ? end - 1 : end)
  const nameEnd = inner.search(/\s/)
  const name = localName(nameEnd < 0 ? inner : inner.slice(0, nameEnd))
  handler.open(name, nameEnd < 0 ? NONE : attributesOf(inner.slice(nameEnd)))
  if (isEmpty) handler.close(name)
  return end + 1
}

/** The next '>' that stands in no attribute. */
function tagEnd(text: string, start: number): number {
  for (let at = start; ; ) {
    MARKUP.lastIndex = at
    const found = MARKUP.exec(text)
    if (found === null) return text.length
    if (found[0] === '>') return found.index
    const close = text.indexOf(found[0], found.index + 1)
    if (close < 0) return text.length
    at = close + 1
  }
}

function attributesOf(inner: string): XmlAttributes {
  const attributes = new Map<string, string>()
  for (const [, name, double, single] of inner.matchAll(ATTRIBUTE)) {
    const local = localName(name!)
    if (!attributes.has(local)) attributes.set(local, decodeReferences(double ?? single!))
  }
  return attributes
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name]!
    const codePoint = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal!, 16)
    return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole
  })
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  return found < 0 ? text.length + end.length : found + end.length
}

/** `<!DOCTYPE …>`, with what it declares in brackets. */
function afterDeclaration(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '[') depth++
    else if (character === ']') depth--
    else if (character === '>' && depth <= 0) return at + 1
  }
  return text.length
}
