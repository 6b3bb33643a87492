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

export const SERVERS: Record<string, Host> = {
  'node-20': server('Node 20', {}, [process.execPath]),
  'node-22': server('Node 22', { node: '22.23.3' }, ['node_modules/.bin/node']),
  bun: server('Bun', { bun: '1.4.5' }, ['node_modules/.bin/bun', 'run']),
  deno: server('Deno', { deno: '2.9.6' }, ['node_modules/.bin/deno', 'run', '-A']),
}
