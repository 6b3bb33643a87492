import { ModelLoadError } from '@voisin/spec'
import { sha256 } from './plain-sha256.ts'
import { Silence } from './silence.ts'
import type { EngineCall } from './text-engine.ts'

/** A file of a model: where it lies, and its SHA-256 in hex where it is known. */
export interface RemoteFile {
  readonly url: URL | string
  readonly sha256: string | undefined
}

type Bytes = Uint8Array<ArrayBuffer>

/** How long a server may send nothing. */
const SILENCE_MS = 60_000

/**
 * Fetches files from the URLs that are named, and from nowhere else. Progress is the sum over all of them.
 *
 * @param silenceMs How long a server may send nothing.
 * @returns Their bytes, in order.
 * @throws {ModelLoadError} A file is not there, breaks off, does not come, or has another digest.
 */
export async function fetchFiles<const Files extends readonly RemoteFile[]>(
  files: Files,
  { signal, onProgress }: EngineCall,
  silenceMs: number = SILENCE_MS,
): Promise<{ [Index in keyof Files]: Bytes }> {
  const silence = new Silence(signal, silenceMs)
  try {
    return (await fetchAll(files, silence, onProgress)) as { [Index in keyof Files]: Bytes }
  } catch (error) {
    signal.throwIfAborted()
    if (!silence.wasTooLong) throw error
    throw new ModelLoadError('The files of the model do not come.', {
      expected: `some bytes every ${silenceMs} ms`,
      received: 'none',
      remedy: 'Look whether their server can be reached, and try again.',
      retryable: true,
      cause: error,
    })
  } finally {
    silence.end()
  }
}

async function fetchAll(files: readonly RemoteFile[], silence: Silence, onProgress: EngineCall['onProgress']): Promise<Bytes[]> {
  const { signal } = silence
  const responses = await Promise.all(files.map(({ url }) => open(String(url), signal)))
  const sizes = responses.map(sizeOf)
  let total = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0)
  let done = 0
  const received = (bytes: number) => {
    silence.heard()
    done += bytes
    // A compressed answer can be longer than it says.
    if (total !== undefined && done > total) total = undefined
    onProgress({ phase: 'download', done, ...(total !== undefined && { total }), unit: 'bytes' })
  }
  const contents = await Promise.all(
    responses.map((response, index) => read(response, String(files[index]!.url), received, signal)),
  )
  for (const [index, { url, sha256 }] of files.entries()) await checkDigest(String(url), contents[index]!, sha256)
  signal.throwIfAborted()
  return contents
}

async function open(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = url.startsWith('file:') ? await openLocal(url) : await fetch(url, { signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new ModelLoadError('A file of the model could not be fetched.', {
      received: `no answer from ${url}`,
      remedy: 'Look whether it can be reached, and whether a Content-Security-Policy allows it in connect-src.',
      retryable: true,
      cause,
    })
  }
  if (response.ok) return response
  throw new ModelLoadError('A file of the model could not be fetched.', {
    expected: 'an answer of status 200',
    received: `${response.status} for ${url}`,
    remedy: 'Check the URLs of the model source.',
    retryable: response.status >= 500,
  })
}

/** Node's own `fetch` knows no files. */
async function openLocal(url: string): Promise<Response> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } }
  const files = process?.getBuiltinModule?.('node:fs/promises') as
    | { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> }
    | undefined
  return files === undefined ? await fetch(url) : new Response(await files.readFile(new URL(url)))
}

/** Bytes that will come; undefined where the answer does not say, or says it of the compressed form. */
function sizeOf(response: Response): number | undefined {
  const length = response.headers.get('content-length')
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length)
}

async function read(response: Response, url: string, received: (bytes: number) => void, signal: AbortSignal): Promise<Bytes> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    // By hand: Safari's streams cannot be iterated.
    const reader = response.body?.getReader()
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      parts.push(next.value)
      length += next.value.length
      received(next.value.length)
    }
  } catch (cause) {
    signal.throwIfAborted()
    throw new ModelLoadError('The download of a file of the model broke off.', { received: url, retryable: true, cause })
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** How HTML begins. */
const LESS_THAN = 0x3c

/** @throws {ModelLoadError} The bytes have another SHA-256 than the one expected. */
export async function checkDigest(url: string, bytes: Bytes, expected: string | undefined): Promise<void> {
  if (expected === undefined) return
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle
  const digest = subtle === undefined ? sha256(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes))
  const received = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (received === expected.toLowerCase()) return
  throw new ModelLoadError(`${url} is not the file that the model source names.`, {
    expected: `SHA-256 ${expected}`,
    received: bytes[0] === LESS_THAN ? 'a page of HTML, as some servers give for what is not there' : received,
    remedy: 'Fetch it again, or correct the source.',
  })
}
