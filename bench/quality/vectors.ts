import type { Embedder } from '@voisin/spec'
import type { BenchModel } from './models.ts'

// A slow model's vectors are kept on disk in parts, so that a run that was cut off is gone on with.
const TEXTS_PER_PART = 256

/** Vectors of texts, row-major, from the model or, where it is slow, from what an earlier run kept. */
export async function embedAll(
  texts: readonly string[],
  embedder: Embedder,
  model: BenchModel,
  label: string,
  progress: (text: string) => void,
): Promise<Float32Array> {
  const say = throttled((done) => progress(`${label}: ${done} of ${texts.length} texts`))
  if (!model.isSlow) return (await embedder.embedDocuments(texts, { onProgress: ({ done }) => say(done) })).data

  const digest = await digestOfFiles(model)
  const data = new Float32Array(texts.length * embedder.dim)
  for (let start = 0; start < texts.length; start += TEXTS_PER_PART) {
    const part = texts.slice(start, start + TEXTS_PER_PART)
    const kept = `/quality-vectors/${await keyOf(digest, embedder, part)}`
    let vectors = await fetchVectors(kept)
    if (vectors?.length !== part.length * embedder.dim) {
      vectors = (await embedder.embedDocuments(part, { onProgress: ({ done }) => say(start + done) })).data
      const response = await fetch(kept, { method: 'PUT', body: vectors as Float32Array<ArrayBuffer> })
      if (!response.ok) throw new Error(`The vectors of ${label} could not be kept: ${response.status}.`)
    }
    data.set(vectors, start * embedder.dim)
  }
  return data
}

function throttled(say: (done: number) => void): (done: number) => void {
  let said = performance.now()
  return (done) => {
    if (performance.now() - said < 15_000) return
    said = performance.now()
    say(done)
  }
}

/** Changes with the model's files, how it is used, and the texts. */
async function keyOf(digest: string, embedder: Embedder, texts: readonly string[]): Promise<string> {
  const facts = new TextEncoder().encode(JSON.stringify([digest, embedder.fingerprint, texts]))
  return (await digestOf(facts.buffer)).slice(0, 32)
}

const digests = new Map<string, Promise<string>>()

function digestOfFiles({ name, source }: BenchModel): Promise<string> {
  let digest = digests.get(name)
  if (!digest) {
    const { files } = source
    const urls = 'tokenizer' in files ? [files.model, files.tokenizer] : [files.model as URL | string]
    digest = Promise.all(urls.map(async (url) => digestOf(await (await fetch(url)).arrayBuffer()))).then((parts) =>
      parts.join(' '),
    )
    digests.set(name, digest)
  }
  return digest
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function fetchVectors(url: string): Promise<Float32Array | undefined> {
  const response = await fetch(url)
  return response.ok ? new Float32Array(await response.arrayBuffer()) : undefined
}
