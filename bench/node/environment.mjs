import { execFileSync } from 'node:child_process'
import os from 'node:os'

function commit() {
  const git = (...parameters) => execFileSync('git', parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? ' and changes' : '')
  } catch {
    return 'unknown'
  }
}

/** What a reader must know to judge figures: where, when and on what they were measured, and how busy it was. */
export async function environment(browser) {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    browser,
    node: process.version,
    system: `${os.type()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model,
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    loadAverage: os.loadavg().map((load) => Number(load.toFixed(2))),
  }
}
