// A browser is killed while it opens a library that version 0.1 has kept, several times in a row; then it is opened to the end.
import { FilesLives, type FilesOutcome, type FilesTrialOptions } from './files-trial.ts'
import { textFilesOf } from './history/text-files.ts'
import type { FilesAdded } from './protocol.ts'

/** Documents are taken over, and acknowledged, at most so many at once. */
const GROUP = 64
const SHOWN = 12

export function runTakeOverTrial(options: FilesTrialOptions): Promise<FilesOutcome> {
  return FilesLives.with('take-over', options, (lives) => run(lives, options.kills))
}

async function run(lives: FilesLives, most: number): Promise<FilesOutcome> {
  const files = textFilesOf('take-over', lives.setting.seed).map(({ name }) => name)
  const groups = Math.ceil(files.length / GROUP)
  await lives.live((visit) => lives.ask(visit, 'age'))
  const reached: number[] = []
  let kills = 0
  let isKilled = true
  while (isKilled && kills < most) {
    isKilled = await lives.live(async (visit) => {
      // Further than before, where there is anything further: what is taken over already is passed quickly.
      const before = Math.floor(Math.max(0, ...reached) / GROUP)
      const moment = before + Math.floor(lives.random() * (groups - before + 1))
      const isMidst = await lives.killDuring(visit, 'open', moment)
      if (isMidst) reached.push(Math.max(0, ...visit.life.acknowledged.keys()))
      return isMidst
    })
    if (isKilled) kills++
  }
  const problems: string[] = []
  await lives.live(async (visit) => {
    const { listed, stored, problems: found } = await lives.look(visit)
    problems.push(...found)
    const all = new Set(listed)
    const lost = files.filter((name) => !all.has(name))
    if (lost.length > 0) problems.push(`${lost.length} documents are lost: ${lost.slice(0, SHOWN).join(' ')}`)
    if (stored.length === 0) problems.push('no chunk is there')
    // What was taken over is what an ingest of the same files would have made.
    const { unchanged, failed } = await lives.ask<FilesAdded>(visit, 'add')
    problems.push(...failed)
    if (unchanged.length !== files.length) problems.push(`${unchanged.length} of ${files.length} documents are unchanged`)
    const embedded = visit.life.embedded.flat().length
    if (embedded > 0) problems.push(`${embedded} texts were embedded`)
  })
  return {
    kills,
    told: `killed when ${reached.join(', ')} of ${files.length} documents were taken over`,
    problems: problems.slice(0, SHOWN),
  }
}
