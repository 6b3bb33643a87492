// What was counted so far, by commit and configuration, so that a run goes on where the one before it was stopped.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { End } from './trial.ts'

const RESULTS = fileURLToPath(new URL('../.results', import.meta.url))
const FILE = join(RESULTS, 'durability.json')
const FAILURES = join(RESULTS, 'durability')

export interface Counts {
  trials: number
  /** Kills or cuts whose outcome is known. */
  ends: number
  acknowledged: number
  lost: number
  torn: number
  longestLossMs: number
  /** Kills or cuts after which the promise was not kept. */
  broken: number
  /** Trials that could not be carried out to the end. */
  errors: number
  /** How often the store said anything but `intact` of itself. */
  told: number
  /** How often something was lost, and the store said nothing of it. */
  silent: number
}

export interface Control {
  readonly acknowledged: number
  readonly lost: number
  readonly isCaught: boolean
}

interface CommitTally {
  readonly configurations: Record<string, Counts>
  readonly controls: Record<string, Control>
}

export interface Tally {
  /** The commit, with a digest of what has been changed since. */
  readonly commit: string
  readonly controls: Readonly<Record<string, Control>>
  counts(key: string): Counts
  addEnd(key: string, end: End): Promise<void>
  addTrial(key: string, failed: boolean): Promise<void>
  addControl(key: string, control: Control): Promise<void>
}

export async function openTally(): Promise<Tally> {
  const all = JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}')) as Record<string, CommitTally>
  const commit = commitNow()
  all[commit] ??= { configurations: {}, controls: {} }
  const mine = all[commit]
  const counts = (key: string): Counts => {
    const none = {
      trials: 0,
      ends: 0,
      acknowledged: 0,
      lost: 0,
      torn: 0,
      longestLossMs: 0,
      broken: 0,
      errors: 0,
      told: 0,
      silent: 0,
    }
    mine.configurations[key] ??= none
    return mine.configurations[key]
  }
  const save = async () => {
    await mkdir(dirname(FILE), { recursive: true })
    // Renamed into place: a run may be stopped at any moment.
    await writeFile(`${FILE}.new`, `${JSON.stringify(all, null, 2)}\n`)
    await rename(`${FILE}.new`, FILE)
  }
  return {
    commit,
    controls: mine.controls,
    counts,
    async addEnd(key, end) {
      const sum = counts(key)
      sum.ends++
      sum.acknowledged += end.acknowledged
      sum.lost += end.lost
      sum.torn += end.torn
      sum.longestLossMs = Math.max(sum.longestLossMs, end.longestLossMs)
      if (!end.kept) sum.broken++
      const isTold = end.told.some((said) => said !== 'intact')
      if (isTold) sum.told++
      else if (end.lost + end.torn > 0) sum.silent++
      await save()
    },
    async addTrial(key, failed) {
      const sum = counts(key)
      sum.trials++
      if (failed) sum.errors++
      await save()
    },
    async addControl(key, control) {
      mine.controls[key] = control
      await save()
    },
  }
}

/** Keeps what is needed to look at a failure. Returns the file. */
export async function keepFailure(name: string, report: unknown): Promise<string> {
  await mkdir(FAILURES, { recursive: true })
  const file = join(FAILURES, `${name.replaceAll(' ', '-')}.json`)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

function commitNow(): string {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, { cwd: dirname(RESULTS), encoding: 'utf8', maxBuffer: 1 << 28 }).trim()
  const hash = git('rev-parse', '--short=12', 'HEAD')
  const changes = git('diff', 'HEAD', '--', '..') + git('status', '--porcelain', '--', '..')
  return changes === '' ? hash : `${hash}+${createHash('sha256').update(changes).digest('hex').slice(0, 8)}`
}
