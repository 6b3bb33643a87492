// Builds the demo and serves what was built: `npx pnpm@12 demo [--port 4173] [--host 0.0.0.0]`.
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { requireInstall } from './installed.mjs'

const root = fileURLToPath(new URL('../demo', import.meta.url))

function readArguments() {
  try {
    const options = { port: { type: 'string' }, host: { type: 'string' } }
    // pnpm hands on the `--` that separates its own arguments from the script's.
    const args = process.argv.slice(2).filter((argument) => argument !== '--')
    const { port, host = '127.0.0.1' } = parseArgs({ args, options }).values
    if (port !== undefined && !(Number.isInteger(Number(port)) && port >= 1 && port <= 65_535))
      throw new Error(`--port is ${port}; expected a whole number from 1 to 65535.`)
    return { port: port && Number(port), host }
  } catch (error) {
    fail(error.message)
  }
}

function fail(message) {
  console.error(`The demo did not start. ${message}`)
  process.exit(1)
}

/** A port nobody listens on, as the system gives it. */
function freePort(host) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const { port, host } = readArguments()
await requireInstall()
try {
  // Vite lives in the demo's own dependencies.
  const { createRequire } = await import('node:module')
  const { pathToFileURL } = await import('node:url')
  const vite = await import(pathToFileURL(createRequire(`${root}/`).resolve('vite')).href)
  console.log('Building the demo …')
  await vite.build({ root, logLevel: 'warn' })
  const server = await vite.preview({ root, preview: { port: port ?? (await freePort(host)), host, strictPort: true } })
  const url = server.resolvedUrls.local[0] ?? server.resolvedUrls.network[0]
  console.log(`\n  voisin demo: ${url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close().finally(() => process.exit(0)))
} catch (error) {
  fail(error?.stack ?? String(error))
}
