import type { Embedder } from '@voisin/spec'
import type { BenchModel } from './models.ts'

/** Vectors of texts, row-major, from the model or, where it is slow, from what an earlier run kept on disk. */
export async function embedAll(
  texts: readonly string[],
  embedder: Embedder,
  model: BenchModel,
  label: string,
  progress: (text: string) => void,
): Promise<Float32Array> {
  const kept = model.isSlow ? `/quality-vectors/${await keyOf(texts, embedder, model)}` : undefined
  if (kept !== undefined) {
    const bytes = await fetchBytes(kept)
    if (bytes?.byteLength === texts.length * embedder.dim * 4) return new Float32Array(bytes)
  }
  const data = await embed(texts, embedder, label, progress)
  if (kept !== undefined) await fetch(kept, { method: 'PUT', body: data as Float32Array<ArrayBuffer> })
  return data
}

async function embed(texts: readonly string[], embedder: Embedder, label: string, progress: (text: string) => void) {
  let said = 0
  const { data } = await embedder.embedDocuments(texts, {
    onProgress: ({ done, total, unit, msLeft }) => {
      if (performance.now() - said < 10_000) return
      said = performance.now()
      progress(`${label}: ${done} of ${total} ${unit}${msLeft === undefined ? '' : `, ${Math.ceil(msLeft / 1000)} s left`}`)
    },
  })
  return data
}

/** Changes with the model's files, how it is used, and the texts. */
async function keyOf(texts: readonly string[], embedder: Embedder, { source }: BenchModel): Promise<string> {
  const files = await Promise.all([fetchBytes(source.files.model), fetchBytes(source.files.tokenizer)])
  const digests = await Promise.all(files.map((bytes) => digestOf(bytes!)))
  const facts = new TextEncoder().encode(JSON.stringify([digests, embedder.fingerprint, texts]))
  return (await digestOf(facts.buffer)).slice(0, 32)
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function fetchBytes(url: URL | string): Promise<ArrayBuffer | undefined> {
  const response = await fetch(url)
  return response.ok ? await response.arrayBuffer() : undefined
}
