import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Runs a tool of the workspace with its output shown; resolves with its exit code. */
export function run(command, parameters, { cwd = ROOT, env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const output = []
    const path = `${ROOT}node_modules/.bin${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`
    const child = spawn(command, parameters, {
      cwd,
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      shell: process.platform === 'win32',
    })
    child.stdout?.on('data', (bytes) => output.push(bytes))
    child.stderr?.on('data', (bytes) => output.push(bytes))
    child.on('error', reject)
    child.on('close', (code) => {
      // A quiet tool speaks only when it has something to complain about.
      if (code !== 0) for (const bytes of output) process.stderr.write(bytes)
      resolve(code ?? 1)
    })
  })
}
