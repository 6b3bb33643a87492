// A browser is killed while a library takes in 500 files, several times in a row; then it takes in the rest.
import { createChunker, textsToEmbed } from '@voisin/rag'
import { FilesLives, type FilesOutcome, type FilesTrialOptions } from './files-trial.ts'
import { textFilesOf } from './history/text-files.ts'
import type { FilesAdded, FilesFound } from './protocol.ts'
import type { Visit } from './visit.ts'

/** Batches of an ingest: the first, the largest, and how much more is taken where a document ends there. */
const FIRST_BATCH = 16
const LARGEST_BATCH = 512
const MOST_TAKEN = 2
/** One is being stored, one embedded, and one may be stored that is acknowledged with the next. */
const IN_FLIGHT = 3
const SHOWN = 12

export function runIngestTrial(options: FilesTrialOptions): Promise<FilesOutcome> {
  return FilesLives.with('ingest', options, (lives) => new IngestTrial(lives, options.kills).run())
}

class IngestTrial {
  readonly #lives: FilesLives
  readonly #most: number
  readonly #files: ReadonlySet<string>
  /** What is to be embedded of all files. */
  readonly #texts: ReadonlySet<string>
  /** Of sections: a title stands above several texts, and is embedded with each batch that has one. */
  readonly #titles: ReadonlySet<string>
  readonly #problems: string[] = []
  readonly #told: string[] = []
  /** Stored, as a page has acknowledged or the next one has seen. */
  #stored: ReadonlySet<string> = new Set()
  #listed: readonly string[] = []
  readonly #embedded = new Set<string>()
  #again = 0

  constructor(lives: FilesLives, most: number) {
    this.#lives = lives
    this.#most = most
    const files = textFilesOf('ingest', lives.setting.seed)
    const chunker = createChunker()
    const chunksOf = files.flatMap(({ name, text }) => chunker.chunk({ id: name, text }))
    this.#files = new Set(files.map(({ name }) => name))
    this.#texts = new Set(chunksOf.map(({ text }) => text))
    this.#titles = new Set(chunksOf.flatMap((chunk) => textsToEmbed(chunk).slice(1)))
  }

  async run(): Promise<FilesOutcome> {
    let kills = 0
    let isFinished = false
    for (let isFirst = true; !isFinished; isFirst = false) {
      isFinished = await this.#lives.live(async (visit) => {
        if (!isFirst) {
          const { listed } = await this.#look(visit)
          const isThrough = listed.length === this.#files.size
          if (!isThrough) kills++
          if (isThrough || kills === this.#most) return await this.#finish(visit)
        }
        await this.#kill(visit)
        return false
      })
    }
    await this.#lives.live((visit) => this.#lookAtAll(visit))
    const told = `${this.#told.join('; ')}; ${this.#again} of ${this.#texts.size} texts embedded again`
    return { kills, told, problems: this.#problems.slice(0, SHOWN) }
  }

  async #look(visit: Visit): Promise<FilesFound> {
    const found = await this.#lives.look(visit)
    this.#problems.push(...found.problems)
    const stored = new Set(found.stored)
    const lost = [...this.#stored].filter((text) => !stored.has(text))
    if (lost.length > 0)
      this.#problems.push(`${lost.length} texts were stored and are lost, the first ${JSON.stringify(lost[0])}`)
    this.#stored = stored
    this.#listed = found.listed
    this.#told.push(`${found.listed.length} documents, ${stored.size} texts`)
    return found
  }

  async #kill(visit: Visit): Promise<void> {
    const due = [...this.#texts].filter((text) => !this.#stored.has(text)).length
    const moment = Math.floor(this.#lives.random() * fewestBatches(due))
    await this.#lives.killDuring(visit, 'add', moment)
    this.#settle(visit)
  }

  async #finish(visit: Visit): Promise<true> {
    const listed = [...this.#listed].sort()
    const { added, unchanged, replaced, failed } = await this.#lives.ask<FilesAdded>(visit, 'add')
    this.#settle(visit)
    this.#problems.push(...failed)
    if (replaced.length > 0) this.#problems.push(`replaced: ${replaced.join(' ')}`)
    if ([...unchanged].sort().join() !== listed.join()) {
      this.#problems.push(`${listed.length} documents were listed, and ${unchanged.length} unchanged`)
    }
    if (added.length + unchanged.length !== this.#files.size)
      this.#problems.push(`${added.length} added, ${unchanged.length} unchanged`)
    return true
  }

  async #lookAtAll(visit: Visit): Promise<void> {
    const { listed } = await this.#look(visit)
    for (const name of this.#files) if (!listed.includes(name)) this.#problems.push(`${name} is not listed`)
    for (const text of this.#texts) if (!this.#stored.has(text)) this.#problems.push(`${JSON.stringify(text)} is not stored`)
    if (this.#stored.size > this.#texts.size) this.#problems.push('chunks are stored that are of no document')
  }

  /** Takes down what a life has embedded: nothing that was stored, nothing twice, and few batches that are not acknowledged. */
  #settle({ life: { embedded: batches, acknowledged } }: Visit): void {
    const embedded = batches.map((batch) => batch.filter((text) => !this.#titles.has(text)))
    const known = new Set(this.#stored)
    for (const text of embedded.flat()) {
      if (known.has(text)) this.#problems.push(`embedded, although it was stored: ${JSON.stringify(text)}`)
      if (!this.#texts.has(text)) this.#problems.push(`embedded, and not of these files: ${JSON.stringify(text)}`)
      known.add(text)
      if (this.#embedded.has(text)) this.#again++
      this.#embedded.add(text)
    }
    const safe = Math.max(0, ...acknowledged.keys())
    const inFlight = embedded.slice(safe).flat()
    if (embedded.length > safe + IN_FLIGHT || inFlight.length > IN_FLIGHT * MOST_TAKEN * LARGEST_BATCH) {
      this.#problems.push(`${embedded.length - safe} batches in flight, with ${inFlight.length} texts`)
    }
    this.#stored = new Set([...this.#stored, ...embedded.slice(0, safe).flat()])
  }
}

/** How many batches so many chunks are at least. */
function fewestBatches(chunks: number): number {
  let batches = 0
  for (let size = FIRST_BATCH; chunks > 0; size = Math.min(2 * size, LARGEST_BATCH)) {
    chunks -= MOST_TAKEN * size
    batches++
  }
  return batches
}
