import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunningBrowser } from './engine.ts'

const POLL_MS = 5
const KEPT_OUTPUT = 4_000

/** Starts a program as the leader of a session of its own. */
export function startSession(
  program: string,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): RunningBrowser {
  const child = spawn(program, parameters, { detached: true, stdio: ['ignore', 'ignore', 'pipe'], env })
  let output = ''
  child.stderr.on('data', (bytes) => {
    output = (output + bytes).slice(-KEPT_OUTPUT)
  })
  const leader = child.pid
  const exited = once(child, 'exit')
  let isEnding = false
  const died = new Promise<never>((_, reject) => {
    const fail = (why: string) => {
      if (!isEnding) reject(new Error(`${program} ${why}:\n${output}`))
    }
    child.on('error', (error) => fail(error.message))
    child.on('exit', (code, signal) => fail(`ended by itself (${signal ?? code})`))
  })
  died.catch(() => undefined)

  // A process that has left the group is still in the session.
  const signal = (name: NodeJS.Signals) => {
    if (leader === undefined) return
    send(-leader, name)
    for (const { pid } of processesOf(leader)) send(pid, name)
  }
  const killNow = () => signal('SIGKILL')
  // Before its folders are removed.
  process.prependOnceListener('exit', killNow)
  return {
    died,
    async stop() {
      if (leader === undefined) return
      do {
        signal('SIGSTOP')
        await delay(POLL_MS)
      } while (processesOf(leader).some(({ state }) => state !== 'T'))
    },
    async kill() {
      process.off('exit', killNow)
      if (leader === undefined) return
      isEnding = true
      killNow()
      if (child.exitCode === null && child.signalCode === null) await exited
      while (processesOf(leader).length > 0) {
        killNow()
        await delay(POLL_MS)
      }
    },
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

/** The living processes of a session, as Linux tells them; none are told elsewhere. */
function processesOf(session: number): { readonly pid: number; readonly state: string }[] {
  let names: string[]
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
  return names.flatMap((name) => {
    try {
      // pid (name, which may hold anything) state parent group session …
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      const state = fields[0] as string
      // A process whose first thread has ended holds its files as long as it has others.
      const hasEnded = state === 'X' || (state === 'Z' && Number(fields[17]) <= 1)
      return Number(fields[3]) === session && !hasEnded ? [{ pid: Number(name), state }] : []
    } catch {
      return []
    }
  })
}
