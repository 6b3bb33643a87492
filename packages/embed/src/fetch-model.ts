import { ModelLoadError, type ModelSource, type Progress } from '@voisin/spec'
import type { ModelFiles } from './runtimes/runtime.ts'

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

export interface FetchedModel extends ModelFiles {
  /** Bytes of both files. */
  readonly bytes: number
}

/**
 * Fetches a model's two files from the URLs its source names, and from nowhere else.
 *
 * @throws {ModelLoadError} A file is not there, is not what it should be, or has another digest than the source gives.
 */
export async function fetchModel({ files, sha256 }: ModelSource, { signal, onProgress }: FetchOptions): Promise<FetchedModel> {
  const urls = [String(files.tokenizer), String(files.model)] as const
  const [tokenizer, model] = await Promise.all([open(urls[0], signal), open(urls[1], signal)])
  const sizes = [sizeOf(tokenizer), sizeOf(model)]
  let total = sizes[0] === undefined || sizes[1] === undefined ? undefined : sizes[0] + sizes[1]
  let done = 0
  const received = (bytes: number) => {
    done += bytes
    // A compressed answer can be longer than it says.
    if (total !== undefined && done > total) total = undefined
    onProgress({ phase: 'download', done, ...(total !== undefined && { total }), unit: 'bytes' })
  }
  const [tokenizerBytes, modelBytes] = await Promise.all([
    read(tokenizer, urls[0], received, signal),
    read(model, urls[1], received, signal),
  ])
  await checkDigest(urls[0], tokenizerBytes, sha256?.tokenizer)
  await checkDigest(urls[1], modelBytes, sha256?.model)
  signal.throwIfAborted()
  return { model: modelBytes, tokenizer: parse(urls[0], tokenizerBytes), bytes: done }
}

async function open(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new ModelLoadError('A file of the model could not be fetched.', { received: url, retryable: true, cause })
  }
  if (response.ok) return response
  throw new ModelLoadError('A file of the model could not be fetched.', {
    expected: 'an answer of status 200',
    received: `${response.status} for ${url}`,
    remedy: 'Check the URLs of the model source.',
    retryable: response.status >= 500,
  })
}

/** Bytes that will come; undefined where the answer does not say, or says it of the compressed form. */
function sizeOf(response: Response): number | undefined {
  const length = response.headers.get('content-length')
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length)
}

async function read(
  response: Response,
  url: string,
  received: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
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

async function checkDigest(url: string, bytes: Uint8Array<ArrayBuffer>, expected: string | undefined): Promise<void> {
  if (expected === undefined) return
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const received = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (received === expected.toLowerCase()) return
  throw new ModelLoadError(`${url} is not the file that the model source names.`, {
    expected: `SHA-256 ${expected}`,
    received,
    remedy: 'Fetch it again, or correct the source.',
  })
}

function parse(url: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    const remedy = 'A server that answers every path with its start page does this: check the URLs of the model source.'
    throw new ModelLoadError(`${url} is not JSON.`, { expected: 'a tokenizer.json', remedy, cause })
  }
}
