import type { PDFDocumentProxy } from 'pdfjs-dist'

type PdfJs = typeof import('pdfjs-dist')

/**
 * Files that pdf.js needs for some documents: character maps of East Asian fonts that are not embedded, by name (`UniGB-UCS2-H`),
 * compressed (`.bcmap`) as `pdfjs-dist/cmaps` holds them. A URL is that folder, with a slash at its end.
 */
export type CharacterMaps = string | ((name: string) => Promise<Uint8Array>)

let loading: Promise<PdfJs> | undefined

/** pdf.js, on this thread: it finds its worker's code in `globalThis.pdfjsWorker` and starts no other thread. */
export function loadPdfJs(): Promise<PdfJs> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function load(): Promise<PdfJs> {
  const restore = [
    // In a worker's scope the code would take the worker's messages for its own; where there is a window it does not.
    lend('window', (present) => present ?? {}),
    // Node has none. It is made when the module starts, and used where pages are drawn.
    lend('DOMMatrix', (present) => present ?? class {}),
    // Node is looked for, to draw pages in it; of NW.js it is known that it brings a browser along.
    lend('process', (present) => present && Object.create(present, { versions: { value: { ...present.versions, nw: '0' } } })),
  ]
  try {
    // @ts-expect-error It has no declarations: it is imported for what it leaves in globalThis.
    await import('pdfjs-dist/legacy/build/pdf.worker.mjs')
    return await import('pdfjs-dist/legacy/build/pdf.mjs')
  } finally {
    for (const undo of restore) undo()
  }
}

/** Changes a global variable until the answer is called. */
// biome-ignore lint/suspicious/noExplicitAny: it may be anything
function lend(name: string, change: (present: any) => unknown): () => void {
  const realm = globalThis as Record<string, unknown>
  const present = realm[name]
  const changed = change(present)
  if (changed === present) return () => {}
  realm[name] = changed
  return () => {
    if (present === undefined) delete realm[name]
    else realm[name] = present
  }
}

/** Nothing is drawn, so nothing is asked of these. */
class Nothing {
  async fetch(): Promise<never> {
    throw new Error('Only the text is read.')
  }
  create(): never {
    throw new Error('Only the text is read.')
  }
  destroy(): void {}
}

export interface OpenPdf {
  readonly document: PDFDocumentProxy
  /** Names of character maps that were asked for in vain. */
  readonly missingMaps: ReadonlySet<string>
  close(): Promise<void>
}

/**
 * Opens a document whose text alone is wanted: no scripts, no forms in XML, no fonts, no pictures, no code made at run time, and nothing
 * fetched but character maps. The bytes are copied.
 */
export async function openPdf(bytes: Uint8Array, maps: CharacterMaps | undefined): Promise<OpenPdf> {
  const pdfJs = await loadPdfJs()
  const missingMaps = new Set<string>()
  class MapReader {
    async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
      try {
        if (maps === undefined) throw new Error('No character maps were given.')
        const data = typeof maps === 'string' ? await fetchBytes(`${maps}${name}.bcmap`) : await maps(name)
        return { cMapData: new Uint8Array(data), isCompressed: true }
      } catch (error) {
        missingMaps.add(name)
        throw error
      }
    }
  }
  const task = pdfJs.getDocument({
    data: new Uint8Array(bytes),
    isEvalSupported: false,
    enableXfa: false,
    disableFontFace: true,
    useSystemFonts: true,
    useWasm: false,
    useWorkerFetch: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    disableRange: true,
    disableStream: true,
    disableAutoFetch: true,
    stopAtErrors: false,
    verbosity: 0,
    CMapReaderFactory: MapReader,
    StandardFontDataFactory: Nothing,
    WasmFactory: Nothing,
    CanvasFactory: Nothing,
    FilterFactory: Nothing,
  })
  const locked = new Promise<never>((_, reject) => {
    task.onPassword = () => {
      reject(new LockedPdf())
      void task.destroy()
    }
  })
  const opened = task.promise
  opened.catch(() => {})
  const document = await Promise.race([opened, locked]).catch(async (error: unknown) => {
    await task.destroy().catch(() => {})
    throw error
  })
  return { document, missingMaps, close: () => task.destroy() }
}

/** The document opens with a password only. */
export class LockedPdf extends Error {}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
