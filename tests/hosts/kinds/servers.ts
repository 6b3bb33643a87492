import type { Host } from '../host.ts'

const MEMORY =
  "import { tryAllHere } from './app.js'\n\nconsole.log(JSON.stringify(await tryAllHere({ durability: 'memory' })))\n"

/** A server's runtime, from npm. */
const server = (title: string, dependencies: Record<string, string>, run: readonly string[]): Host => ({
  title: `${title}, in memory`,
  dependencies,
  setting: "`durability: 'memory'`: there is nothing to store in",
  files: { 'memory.js': MEMORY },
  run,
})

/** An app's own tests, in a realm that its test runner makes. */
const tested = (title: string, environment: string, dependencies: Record<string, string>): Host => ({
  ...server(`${title}`, { vitest: '4.1.12', ...dependencies }, [process.execPath]),
  files: {
    'app.test.js': `import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { tryAllHere } from './app.js'

test('the app', async () => {
  writeFileSync('found.json', JSON.stringify(await tryAllHere({ durability: 'memory' })))
})\n`,
    'memory.js': `import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

execFileSync('node_modules/.bin/vitest', ['run', '--environment', '${environment}'], { stdio: 'ignore' })
console.log(readFileSync('found.json', 'utf8'))\n`,
  },
})

export const SERVERS: Record<string, Host> = {
  'node-20': server('Node 20', {}, [process.execPath]),
  'node-22': server('Node 22', { node: '22.23.3' }, ['node_modules/.bin/node']),
  vitest: tested('tests of an app, Vitest 4', 'node', {}),
  'vitest-jsdom': tested('tests of an app, Vitest 4 with jsdom', 'jsdom', { jsdom: '27.0.1' }),
  'vitest-happy-dom': tested('tests of an app, Vitest 4 with happy-dom', 'happy-dom', { 'happy-dom': '21.0.4' }),
  bun: server('Bun', { bun: '1.4.5' }, ['node_modules/.bin/bun', 'run']),
  deno: server('Deno', { deno: '2.9.6' }, ['node_modules/.bin/deno', 'run', '-A']),
}
