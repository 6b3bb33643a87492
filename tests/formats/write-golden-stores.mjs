// Writes the golden databases of a format version that are not there yet, by the code that runs:
//
//   node tests/formats/write-golden-stores.mjs 1 && npx biome format --write tests/formats
//
// Those of version 0 are written by the code that wrote that version; any other is refused:
//
//   git worktree add ../version-0 0bcbd87 && cp -r tests/formats ../version-0/tests/
//   cd ../version-0 && npx pnpm@12 install && node tests/formats/write-golden-stores.mjs 0
//
// and then the folder golden/store-v0 is copied back. Numbers of collections and blocks are random, and so two runs do not write the same
// bytes. What is there already is not written again: delete it to make it anew, as long as no such version was ever released.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { createServer } from 'vite'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { conditions, dependencies } from '../../scripts/workspace-vite.mjs'

const version = Number(process.argv[2])
const FOLDER = fileURLToPath(new URL(`./golden/store-v${version}`, import.meta.url))
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()

const emptyPage = {
  name: 'empty-page',
  configureServer(server) {
    server.middlewares.use('/empty-page', (_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html>')
    })
  },
}

const server = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  cacheDir: join(tmpdir(), `voisin-golden-${process.pid}`),
  logLevel: 'error',
  plugins: [emptyPage],
  resolve: { conditions },
  optimizeDeps: { include: dependencies, entries: ['tests/formats/golden-stores.ts'] },
  worker: { format: 'es' },
  server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
})
await server.listen()
const browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_ARGUMENTS })
try {
  const page = await browser.newPage()
  await page.goto(`${server.resolvedUrls.local[0]}empty-page`)
  await mkdir(FOLDER, { recursive: true })
  const names = await page.evaluate(
    (version) => import('/tests/formats/golden-stores.ts').then(({ FORMATS }) => Object.keys(FORMATS[version].recipes)),
    version,
  )
  for (const name of names) {
    const path = join(FOLDER, name)
    if (existsSync(`${path}.bin`)) {
      console.log(`${name}: is there`)
      continue
    }
    const { dump, recorded } = await page.evaluate(
      async ([version, name, commit]) => {
        const { FORMATS } = await import('/tests/formats/golden-stores.ts')
        const { makeGoldenStore } = await import('/tests/formats/golden-recipe.ts')
        return await makeGoldenStore(FORMATS[version], name, commit)
      },
      [version, name, commit],
    )
    await writeFile(`${path}.bin`, Uint8Array.from(dump))
    await writeFile(`${path}.json`, `${JSON.stringify(recorded, undefined, 2)}\n`)
    console.log(`${name}: ${dump.length} bytes`)
  }
} finally {
  await browser.close()
  await server.close()
}
