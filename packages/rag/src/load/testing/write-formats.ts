import { escaped, type Part } from './random-document.ts'
import { type Packed, writeZip } from './write-zip.ts'

const encoder = new TextEncoder()

export function writeHtmlBody(parts: readonly Part[]): string {
  const write = (part: Part): string => {
    switch (part.kind) {
      case 'heading':
        return `<h${part.level}>${escaped(part.text)}</h${part.level}>`
      case 'paragraph':
        return `<p>${escaped(part.text)}</p>`
      case 'list': {
        const tag = part.isOrdered ? 'ol' : 'ul'
        return `<${tag}>${part.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</${tag}>`
      }
      case 'table':
        return `<table>${part.rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')}</table>`
      case 'page':
        return `<span epub:type="pagebreak" id="page${part.page}"/>`
    }
  }
  return parts.map(write).join('\n')
}

export function writeHtml(parts: readonly Part[]): Uint8Array {
  return encoder.encode(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body>${writeHtmlBody(parts)}</body></html>`,
  )
}

export async function writeEpub(parts: readonly Part[]): Promise<Uint8Array> {
  const middle = parts.length >> 1
  const chapters = [parts.slice(0, middle), parts.slice(middle)]
  const page = (body: readonly Part[]) =>
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head><body>${writeHtmlBody(body)}</body></html>`
  const items = chapters.map((_, i) => `<item id="c${i}" href="text/c%20${i}.xhtml" media-type="application/xhtml+xml"/>`)
  const opf = `<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A &amp; B</dc:title><dc:language>de</dc:language></metadata><manifest>${items.join('')}</manifest><spine>${chapters.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`
  return await writeZip([
    { path: 'mimetype', bytes: 'application/epub+zip', isDeflated: false },
    {
      path: 'META-INF/container.xml',
      bytes: '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    },
    { path: 'OEBPS/book.opf', bytes: opf },
    // Not in reading order.
    ...chapters.map((body, i): Packed => ({ path: `OEBPS/text/c ${i}.xhtml`, bytes: page(body) })).reverse(),
  ])
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

const DOCX_STYLES = `<w:styles ${W}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault></w:docDefaults>${[
  1, 2, 3, 4, 5, 6,
]
  .map((level) => `<w:style w:type="paragraph" w:styleId="T${level}"><w:name w:val="heading ${level}"/></w:style>`)
  .join('')}<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>`
const DOCX_NUMBERING = `<w:numbering ${W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>`

/** @param body What stands in `<w:body>`. */
export async function packDocx(body: string, more: readonly Packed[] = []): Promise<Uint8Array> {
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const relate = (kinds: readonly (readonly [string, string])[]) =>
    `<Relationships>${kinds.map(([kind, target], i) => `<Relationship Id="r${i}" Type="${type}/${kind}" Target="${target}"/>`).join('')}</Relationships>`
  return await writeZip([
    { path: '[Content_Types].xml', bytes: '<Types/>' },
    { path: '_rels/.rels', bytes: relate([['officeDocument', 'word/document.xml']]) },
    {
      path: 'word/_rels/document.xml.rels',
      bytes: relate([
        ['styles', 'styles.xml'],
        ['numbering', '/word/numbering.xml'],
        ['footnotes', 'notes/footnotes.xml'],
      ]),
    },
    { path: 'word/styles.xml', bytes: DOCX_STYLES },
    { path: 'word/numbering.xml', bytes: DOCX_NUMBERING },
    {
      path: 'word/document.xml',
      bytes: `<?xml version="1.0" encoding="UTF-8"?><w:document ${W}><w:body>${body}</w:body></w:document>`,
    },
    ...more,
  ])
}

export async function writeDocx(parts: readonly Part[]): Promise<Uint8Array> {
  const run = (text: string) => `<w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`
  const paragraph = (text: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${run(text)}</w:p>`
  const write = (part: Part): string => {
    switch (part.kind) {
      case 'heading':
        return paragraph(part.text, `<w:pStyle w:val="T${part.level}"/>`)
      case 'paragraph':
        return paragraph(part.text)
      case 'list':
        return part.items
          .map((item) => paragraph(item, `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${part.isOrdered ? 2 : 1}"/></w:numPr>`))
          .join('')
      case 'table':
        return `<w:tbl>${part.rows.map((row) => `<w:tr>${row.map((cell) => `<w:tc><w:tcPr/>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`
      case 'page':
        return '<w:p><w:r><w:lastRenderedPageBreak/></w:r></w:p>'
    }
  }
  return await packDocx(parts.map(write).join(''))
}

export async function writeOdt(parts: readonly Part[]): Promise<Uint8Array> {
  const write = (part: Part): string => {
    switch (part.kind) {
      case 'heading':
        return `<text:h text:outline-level="${part.level}">${escaped(part.text)}</text:h>`
      case 'paragraph':
        return `<text:p>${escaped(part.text)}</text:p>`
      case 'list':
        return `<text:list text:style-name="${part.isOrdered ? 'N' : 'B'}">${part.items.map((item) => `<text:list-item><text:p>${escaped(item)}</text:p></text:list-item>`).join('')}</text:list>`
      case 'table':
        return `<table:table>${part.rows.map((row) => `<table:table-row>${row.map((cell) => `<table:table-cell><text:p>${escaped(cell)}</text:p></table:table-cell>`).join('')}</table:table-row>`).join('')}</table:table>`
      case 'page':
        return '<text:soft-page-break/>'
    }
  }
  const lists =
    '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>'
  return await writeZip([
    { path: 'mimetype', bytes: 'application/vnd.oasis.opendocument.text', isDeflated: false },
    {
      path: 'content.xml',
      bytes: `<office:document-content><office:automatic-styles>${lists}</office:automatic-styles><office:body><office:text>${parts.map(write).join('')}</office:text></office:body></office:document-content>`,
    },
    { path: 'meta.xml', bytes: '<office:meta><dc:title>An ODT</dc:title><dc:language>it-IT</dc:language></office:meta>' },
  ])
}
