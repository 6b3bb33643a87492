import { ClosedError, isVoisinError, UnsupportedError } from '@voisin/spec'
import { type CallOptions, type Connection, connect, hasWorkers, startScript, type WorkerScript } from '@voisin/worker'
import type { Extracted } from './extracted.ts'
import type { Format } from './formats.ts'
import type { Archive, ArchiveEntry, Loader, LoaderOptions, LoadOptions, SourceFile } from './loader.ts'
import type { Parser, Unpacker } from './parser.ts'

/** How long a worker without a file is kept. */
const IDLE_MS = 30_000

interface Parts<Served> {
  readonly format: Format
  readonly script: WorkerScript
  /** The same work for this thread: loaded only where there is no worker. */
  readonly loadHere: () => Promise<Served>
}

/** A loader of documents that works in a worker of its own, started by its first file. */
export function parserLoader(parts: Parts<Parser>, options: LoaderOptions): Loader {
  const host = new Host(parts, options)
  return loaderOf(parts.format, host, async ({ name, bytes }, { signal }) => {
    const file = { name, bytes, format: parts.format.name }
    return await host.use(
      async (connection) => (await connection.call('read', file, callOf(file, signal))) as Extracted,
      async (here) => await here.read(file, { signal: signal ?? new AbortController().signal }),
      signal,
    )
  })
}

/** A loader of archives. */
export function unpackerLoader(parts: Parts<Unpacker>, options: LoaderOptions): Loader {
  const host = new Host(parts, options)
  return loaderOf(parts.format, host, async (file, options): Promise<Archive> => ({ entries: entriesOf(host, file, options) }))
}

async function* entriesOf(host: Host<Unpacker>, file: SourceFile, options: LoadOptions): AsyncGenerator<ArchiveEntry, void> {
  const { signal, extensions, maxFileBytes } = options
  const wanted = { ...file, ...(extensions && { extensions }), ...(maxFileBytes !== undefined && { maxFileBytes }) }
  const entries = await host.use(
    async (connection) => connection.stream('unpack', wanted, callOf(file, signal)) as AsyncIterable<ArchiveEntry>,
    async (here) => here.unpack(wanted, { signal: signal ?? new AbortController().signal }),
    signal,
  )
  host.begin()
  try {
    yield* entries
  } finally {
    host.end(signal)
  }
}

function loaderOf(
  { name, extensions, types }: Format,
  host: { close(): void },
  load: (file: SourceFile, options: LoadOptions) => Promise<Extracted | Archive>,
): Loader {
  return {
    name,
    extensions,
    types,
    load: async (file, options = {}) => {
      options.signal?.throwIfAborted()
      return await load(file, options)
    },
    close: async () => host.close(),
  }
}

function callOf({ bytes }: SourceFile, signal: AbortSignal | undefined): CallOptions {
  return { transfer: [bytes], ...(signal && { signal }) }
}

type AnyConnection = Pick<Connection<never>, 'restart' | 'close'> & {
  call(method: string, argument: unknown, options: CallOptions): Promise<unknown>
  stream(method: string, argument: unknown, options: CallOptions): AsyncIterable<unknown>
}

/** The worker of a loader, or this thread in its stead. */
class Host<Served> {
  readonly #parts: Parts<Served>
  readonly #connection: AnyConnection | undefined
  #here: Served | undefined
  #pending = 0
  #idle: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  constructor(parts: Parts<Served>, { worker = hasWorkers() }: LoaderOptions) {
    this.#parts = parts
    if (worker === false) return
    const start = typeof worker === 'function' ? worker : () => startScript(parts.script)
    this.#connection = connect({ name: `worker of the ${parts.format.name} loader`, start }) as unknown as AnyConnection
  }

  async use<Result>(
    there: (connection: AnyConnection) => Promise<Result>,
    here: (served: Served) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    if (this.#isClosed) throw new ClosedError(`The ${this.#parts.format.name} loader is closed.`)
    this.begin()
    try {
      return await (this.#connection ? there(this.#connection) : here(await this.#loadHere()))
    } finally {
      this.end(signal)
    }
  }

  begin(): void {
    clearTimeout(this.#idle)
    this.#pending++
  }

  end(signal: AbortSignal | undefined): void {
    this.#pending--
    if (this.#pending > 0 || this.#connection === undefined || this.#isClosed) return
    // What was given up goes on in the worker, which hears of nothing meanwhile: the next file should not wait for it.
    if (signal?.aborted) this.#connection.restart()
    else this.#idle = setTimeout(() => this.#connection?.restart(), IDLE_MS)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#idle)
    this.#connection?.close()
  }

  async #loadHere(): Promise<Served> {
    try {
      this.#here ??= await this.#parts.loadHere()
      return this.#here
    } catch (cause) {
      if (isVoisinError(cause)) throw cause
      throw new UnsupportedError(`The ${this.#parts.format.name} loader could not be loaded here.`, {
        remedy:
          'A service worker may load nothing later: read files in a page. Elsewhere look whether all files of the app are served.',
        retryable: true,
        cause,
      })
    }
  }
}
