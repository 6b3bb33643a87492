import type { Embedder } from '@voisin/spec'
import type { BenchModel } from './models.ts'

// A slow model's vectors are kept on disk in parts, so that a run that was cut off is gone on with.
const TEXTS_PER_PART = 256

/** What texts are embedded as. */
type Role = 'documents' | 'queries'

/** Who embeds, which files it is made of, and whom to tell how far it is. */
interface Embedding {
  readonly embedder: Embedder
  readonly model: BenchModel
  readonly progress: (text: string) => void
}

/** Vectors of texts, row-major, from the model or, where it is slow, from what an earlier run kept. */
export async function embedAll(
  texts: readonly string[],
  role: Role,
  { embedder, model, progress }: Embedding,
  label: string,
): Promise<Float32Array> {
  const say = throttled((done) => progress(`${label}: ${done} of ${texts.length} texts`))
  if (!model.isSlow) return await embed(texts, role, embedder, say)

  const digest = await digestOfFiles(model)
  const data = new Float32Array(texts.length * embedder.dim)
  for (let start = 0; start < texts.length; start += TEXTS_PER_PART) {
    const part = texts.slice(start, start + TEXTS_PER_PART)
    const kept = `/quality-vectors/${await keyOf([digest, embedder.fingerprint, role, part])}`
    let vectors = await fetchVectors(kept)
    if (vectors?.length !== part.length * embedder.dim) {
      vectors = await embed(part, role, embedder, (done) => say(start + done))
      const response = await fetch(kept, { method: 'PUT', body: vectors as Float32Array<ArrayBuffer> })
      if (!response.ok) throw new Error(`The vectors of ${label} could not be kept: ${response.status}.`)
    }
    data.set(vectors, start * embedder.dim)
  }
  return data
}

async function embed(
  texts: readonly string[],
  role: Role,
  embedder: Embedder,
  say: (done: number) => void,
): Promise<Float32Array> {
  if (role === 'documents') return (await embedder.embedDocuments(texts, { onProgress: ({ done }) => say(done) })).data
  const data = new Float32Array(texts.length * embedder.dim)
  for (const [row, text] of texts.entries()) {
    data.set(await embedder.embedQuery(text), row * embedder.dim)
    say(row + 1)
  }
  return data
}

/**
 * A slow model's embedder that knows vectors by their texts: those are embedded beforehand, in parts that are kept, because the batches
 * of an ingest are never twice the same. A fast one is itself.
 */
export async function rememberingEmbedder(
  texts: Readonly<Record<Role, readonly string[]>>,
  embedding: Embedding,
  label: string,
): Promise<Embedder> {
  const { embedder, model } = embedding
  if (!model.isSlow) return embedder
  const known = { documents: new Map<string, Float32Array>(), queries: new Map<string, Float32Array>() }
  const { dim } = embedder
  for (const role of ['documents', 'queries'] as const) {
    const unique = [...new Set(texts[role])]
    const data = await embedAll(unique, role, embedding, `${label} ${role}`)
    for (const [row, text] of unique.entries()) known[role].set(text, data.subarray(row * dim, (row + 1) * dim))
  }
  return {
    dim,
    maxTokens: embedder.maxTokens,
    fingerprint: embedder.fingerprint,
    embedDocuments: async (given, options) => {
      const unknown = given.filter((text) => !known.documents.has(text))
      if (unknown.length > 0) {
        const { data } = await embedder.embedDocuments(unknown, options)
        for (const [row, text] of unknown.entries()) known.documents.set(text, data.slice(row * dim, (row + 1) * dim))
      }
      const data = new Float32Array(given.length * dim)
      for (const [row, text] of given.entries()) data.set(known.documents.get(text)!, row * dim)
      return { data, count: given.length, dim }
    },
    // A copy, as of any embedder: what is handed over may be changed.
    embedQuery: async (text, options) => known.queries.get(text)?.slice() ?? (await embedder.embedQuery(text, options)),
    close: () => embedder.close(),
  }
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
async function keyOf(facts: readonly unknown[]): Promise<string> {
  return (await digestOf(new TextEncoder().encode(JSON.stringify(facts)).buffer)).slice(0, 32)
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
