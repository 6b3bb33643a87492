/** What the first bytes of a file say of its encoding. */
export interface Declared {
  /** As TextDecoder names it: `windows-1251`. */
  readonly encoding: string
  /** Whether it is a byte order mark, which is never wrong. */
  readonly isMark: boolean
}

/** How far into a file declarations are looked for, in bytes. */
const HEAD_BYTES = 4_096

const XML = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/
const META = /<meta\s(?:[^>]{0,400}?[\s;"'])?charset\s*=\s*["']?\s*([\w.:-]{1,40})/gi
/** Python and Emacs, in the first two lines. */
const CODING = /^(?:.{0,200}\n)?.{0,200}?\b(?:file)?coding\s*[:=]\s*([\w.-]{1,40})/

/** What a file's own first bytes say; undefined where they say nothing that is known here. */
export function declaredEncoding(bytes: Uint8Array): Declared | undefined {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', isMark: true }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', isMark: true }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', isMark: true }
  // One character a byte; also where the file is UTF-16, which then says nothing.
  const head = Array.from(bytes.subarray(0, HEAD_BYTES), (byte) => String.fromCharCode(byte)).join('')
  const label = XML.exec(head)?.[1] ?? metaCharset(head) ?? CODING.exec(head)?.[1]
  const encoding = label === undefined ? undefined : encodingOf(label)
  return encoding === undefined ? undefined : { encoding, isMark: false }
}

function metaCharset(head: string): string | undefined {
  // Comments often show what a page could say.
  const [, label] = META.exec(head.replace(/<!--.*?(?:-->|$)/gs, '')) ?? []
  META.lastIndex = 0
  return label
}

function encodingOf(label: string): string | undefined {
  // As Emacs and Python say it: utf-8-unix, latin-1, cp1252.
  const plain = label.toLowerCase().replace(/-(?:unix|dos|mac|sig)$/, '')
  const alias = /^(?:latin|iso-?latin)[-_]?([1-9])$/.exec(plain)
  for (const name of [plain, plain.replaceAll('_', '-'), alias ? `latin${alias[1]}` : plain, `x-${plain}`]) {
    try {
      const { encoding } = new TextDecoder(name)
      // Bytes in which a declaration of one byte a character can be read are not UTF-16.
      return encoding.startsWith('utf-16') ? 'utf-8' : encoding
    } catch {
      // Unknown under this name.
    }
  }
  return undefined
}
