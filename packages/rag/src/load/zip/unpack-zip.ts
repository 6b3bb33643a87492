import { LimitError } from '@voisin/spec'
import { transfer } from '@voisin/worker'
import { extensionOf } from '../formats.ts'
import type { ArchiveEntry } from '../loader.ts'
import { openZip } from '../open-zip.ts'
import { readable, type Unpacker } from '../parser.ts'

const MAX_FILE_BYTES = 32 * 2 ** 20
/** What systems put into archives beside what people do. */
const SYSTEM_FILES = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.git\/)/

/** Unpacks zip archives, one entry after the other. */
export const zipUnpacker: Unpacker = {
  async *unpack({ name, bytes, extensions, maxFileBytes = MAX_FILE_BYTES }, { signal }): AsyncGenerator<ArchiveEntry, void> {
    const archive = openZip(new Uint8Array(bytes), { name, signal })
    const wanted = extensions === undefined ? undefined : new Set(extensions)
    for (const { path, size } of archive.entries) {
      if (SYSTEM_FILES.test(path)) continue
      const extension = extensionOf(path)
      if (wanted !== undefined && extension !== undefined && !wanted.has(extension)) {
        yield { path }
        continue
      }
      try {
        if (size > maxFileBytes) throw tooLarge(path, name, size, maxFileBytes)
        const unpacked = wholeBuffer(await archive.read(path))
        yield transfer({ path, bytes: unpacked }, [unpacked])
      } catch (error) {
        signal.throwIfAborted()
        yield { path, error: readable(error, `${path}" in "${name}`) }
        // Whatever comes after it would fail in the same way.
        if (archive.isSpent) return
      }
    }
  },
}

function wholeBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = bytes
  return (buffer.byteLength === byteLength ? buffer : bytes.slice().buffer) as ArrayBuffer
}

function tooLarge(path: string, archive: string, size: number, most: number): LimitError {
  return new LimitError(`"${path}" in "${archive}" is too large.`, {
    expected: `at most ${most} bytes`,
    received: `${size} bytes`,
    remedy: 'Split it, or raise maxFileBytes.',
  })
}
