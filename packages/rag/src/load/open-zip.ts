import { CorruptDataError, LimitError, UnsupportedError } from '@voisin/spec'
import { DEFAULT_LIMITS, damaged, inflate, UnpackBudget, type UnpackLimits } from './inflate.ts'

/** A file in a zip archive. */
export interface ZipEntry {
  /** As the archive has it: `word/document.xml`. Not cleaned; nothing is written under it. */
  readonly path: string
  /** Unpacked, as the archive says; what counts is what comes. */
  readonly size: number
}

/** A zip archive in memory, whose entries are unpacked when they are asked for. */
export interface Zip {
  /** Its files, without folders, in the archive's order. Of several under one path the last counts. */
  readonly entries: readonly ZipEntry[]
  has(path: string): boolean
  /** Whether it has become as large as it may: every further entry is a LimitError. */
  readonly isSpent: boolean
  /**
   * @throws {CorruptDataError} The archive has no such entry, or a damaged one.
   * @throws {LimitError} It became too large.
   * @throws {UnsupportedError} It is encrypted, or packed in an unusual way.
   */
  read(path: string): Promise<Uint8Array>
}

interface Record extends ZipEntry {
  readonly flags: number
  readonly method: number
  readonly packedSize: number
  readonly crc: number
  /** Of its local header. */
  readonly offset: number
}

const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const STORED = 0
const DEFLATED = 8
const IS_ENCRYPTED = 0x1
const IS_UTF_8 = 0x800

/**
 * Reads what a zip archive says it holds (with Zip64); nothing is unpacked yet. DOCX, XLSX, PPTX, ODT and EPUB files are such archives, and are
 * opened here too, so that all of them are under the same limits.
 *
 * @throws {CorruptDataError} It is no zip archive, or not all of one.
 * @throws {LimitError} It has too many entries, or such as use the same bytes twice.
 */
export function openZip(
  bytes: Uint8Array,
  file: { readonly name: string; readonly signal?: AbortSignal | undefined },
  limits: UnpackLimits = {},
): Zip {
  const { maxEntries } = { ...DEFAULT_LIMITS, ...limits }
  const records = new Map<string, Record>()
  let packedBytes = 0
  for (const record of readDirectory(bytes, file.name, maxEntries)) {
    packedBytes += record.packedSize
    if (!record.path.endsWith('/')) records.set(record.path, record)
  }
  if (packedBytes > bytes.length) {
    throw new LimitError(`The entries of "${file.name}" overlap.`, {
      expected: `at most ${bytes.length} bytes of packed data`,
      received: `${packedBytes} bytes`,
      remedy: 'It looks like a zip bomb.',
    })
  }
  const budget = new UnpackBudget(file.name, limits)
  return {
    entries: [...records.values()].map(({ path, size }) => ({ path, size })),
    get isSpent() {
      return budget.isSpent
    },
    has: (path) => records.has(path),
    read: async (path) => {
      const record = records.get(path)
      if (record === undefined) throw lacks(file.name, `an entry "${path}"`)
      return await unpack(bytes, record, { name: path, size: record.size, archive: file.name, budget, signal: file.signal })
    },
  }
}

async function unpack(bytes: Uint8Array, record: Record, entry: Parameters<typeof inflate>[1]): Promise<Uint8Array> {
  const { name, archive, budget } = entry
  if (record.flags & IS_ENCRYPTED) {
    throw new UnsupportedError(`"${name}" in "${archive}" is encrypted.`, { remedy: 'Save it without a password.' })
  }
  const view = viewOf(bytes)
  if (record.offset + 30 > bytes.length || view.getUint32(record.offset, true) !== LOCAL) throw damaged(name, archive)
  const start = record.offset + 30 + view.getUint16(record.offset + 26, true) + view.getUint16(record.offset + 28, true)
  if (start + record.packedSize > bytes.length) throw damaged(name, archive)
  const packed = bytes.subarray(start, start + record.packedSize)
  if (record.method === STORED) {
    budget.spend(packed.length, { name, packed: packed.length, unpacked: packed.length })
    return checked(packed.slice(), record, archive)
  }
  if (record.method === DEFLATED) return checked(await inflate(packed, entry), record, archive)
  throw new UnsupportedError(`"${name}" in "${archive}" is packed in an unusual way.`, {
    expected: 'deflate, or no compression',
    received: `method ${record.method}`,
  })
}

function checked(unpacked: Uint8Array, { crc, path }: Record, archive: string): Uint8Array {
  if (crc32(unpacked) !== crc) throw damaged(path, archive)
  return unpacked
}

function* readDirectory(bytes: Uint8Array, name: string, maxEntries: number): Generator<Record, void, void> {
  const view = viewOf(bytes)
  const { count, offset } = findDirectory(view, name)
  if (count > maxEntries) {
    throw new LimitError(`"${name}" has too many entries.`, {
      expected: `at most ${maxEntries}`,
      received: String(count),
      remedy: 'Unpack it yourself, and add what is in it.',
    })
  }
  let at = offset
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw lacks(name, 'all of its directory')
    const flags = view.getUint16(at + 8, true)
    const nameEnd = at + 46 + view.getUint16(at + 28, true)
    const extraEnd = nameEnd + view.getUint16(at + 30, true)
    const end = extraEnd + view.getUint16(at + 32, true)
    if (end > bytes.length) throw lacks(name, 'all of its directory')
    const sizes = {
      size: view.getUint32(at + 24, true),
      packedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    }
    yield {
      path: decodePath(bytes.subarray(at + 46, nameEnd), flags),
      flags,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      ...largeSizes(view, nameEnd, extraEnd, sizes),
    }
    at = end
  }
}

/** Where the directory is: the archive's last bytes say it, before a comment. */
function findDirectory(view: DataView, name: string): { count: number; offset: number } {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT)
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== END) continue
    const count = view.getUint16(at + 10, true)
    const offset = view.getUint32(at + 16, true)
    const locator = at - 20
    if ((count !== 0xffff && offset !== 0xffffffff) || locator < 0 || view.getUint32(locator, true) !== LOCATOR_64)
      return { count, offset }
    const end = Number(view.getBigUint64(locator + 8, true))
    if (end + 56 > view.byteLength || view.getUint32(end, true) !== END_64) break
    return { count: Number(view.getBigUint64(end + 32, true)), offset: Number(view.getBigUint64(end + 48, true)) }
  }
  throw lacks(name, 'the end of a zip archive')
}

type Sizes = Pick<Record, 'size' | 'packedSize' | 'offset'>

/** What does not fit into 32 bits stands in an extra field, in this order. */
function largeSizes(view: DataView, start: number, end: number, sizes: Sizes): Sizes {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    let next = at + 4
    const large = (small: number) => {
      if (small !== 0xffffffff || next + 8 > end) return small
      next += 8
      return Number(view.getBigUint64(next - 8, true))
    }
    return { size: large(sizes.size), packedSize: large(sizes.packedSize), offset: large(sizes.offset) }
  }
  return sizes
}

/** Code page 437 from 0x80 on: what a name is in where the archive does not say UTF-8. */
const CP_437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'

function decodePath(bytes: Uint8Array, flags: number): string {
  try {
    // Many programs write UTF-8 without saying so; what is well-formed UTF-8 is nothing else.
    return new TextDecoder('utf-8', { fatal: (flags & IS_UTF_8) === 0 }).decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP_437[byte - 0x80]!)).join('')
  }
}

let table: Uint32Array | undefined

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let crc = n
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  })
  let crc = 0xffffffff
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function lacks(name: string, what: string): CorruptDataError {
  return new CorruptDataError(`"${name}" cannot be unpacked.`, {
    expected: what,
    received: 'none',
    dataState: 'intact',
    remedy: 'It is damaged, cut short, or of another format than its name says.',
  })
}
