import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { findProgram } from './programs.ts'

let started: Promise<string> | undefined

/** The display there is, or one in memory that lasts as long as this process. */
export function findDisplay(): Promise<string> {
  if (process.env.DISPLAY !== undefined) return Promise.resolve(process.env.DISPLAY)
  started ??= startDisplay()
  return started
}

async function startDisplay(): Promise<string> {
  const path = findProgram('Xvfb')
  if (path === undefined) throw new Error('No display, and no Xvfb to make one.')
  // It chooses a free number and writes it to the fourth pipe.
  const child: ChildProcess = spawn(path, ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  child.unref()
  const pipe = child.stdio[3] as Readable
  let written = ''
  for await (const bytes of pipe) {
    written += String(bytes)
    if (written.includes('\n')) return `:${written.trim()}`
  }
  throw new Error('Xvfb ended before it had a display.')
}
