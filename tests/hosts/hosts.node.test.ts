import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { COMPILERS, complaintsOf, SETTINGS } from './compilers.ts'
import { EXAMPLES } from './examples.ts'
import { HOSTS } from './hosts.ts'
import { pack, ROOT } from './pack.ts'
import { writeTable } from './table.ts'
import { EXPECTED, makeApp, tryHost } from './try-host.ts'
import { tryTwoBuilds } from './two-builds.ts'
import { missingFor } from './visit.ts'

/** `pnpm test:hosts` names all of them, or those that it was asked for. */
const { VOISIN_HOSTS: asked = 'vite-5-dev,esbuild,import-map,node-20', VOISIN_HOSTS_TABLE: isTableAsked } = process.env
const isAll = asked === 'all'
const OTHERS = ['typescript', 'two-builds', 'examples', ...Object.keys(EXAMPLES).filter((name) => HOSTS[name] === undefined)]
const NAMES = isAll ? Object.keys(HOSTS) : asked.split(',').filter((name) => !OTHERS.includes(name))
/** Whether one of the others is asked for. */
const isAsked = (name: string) => isAll || asked.split(',').includes(name)

const execute = promisify(execFile)

let tarballs: Record<string, string>
const worked = new Map<string, boolean>()

beforeAll(async () => {
  tarballs = await pack()
})
afterAll(async () => {
  if (isTableAsked) await writeTable(worked)
})

test.for(NAMES)('the packed packages work in %s', async (name, { skip }) => {
  const missing = HOSTS[name] && (await missingFor(HOSTS[name]))
  skip(missing !== undefined, `${missing} is not installed`)
  worked.set(name, false)
  const { visits, foreign } = await tryHost(name, tarballs)
  const isKept = HOSTS[name]?.run === undefined
  expect(visits).toEqual([{ before: 0, ...EXPECTED }, ...(isKept ? [{ before: 3, ...EXPECTED }] : [])])
  expect(foreign).toEqual([])
  worked.set(name, true)
})

test('the quick start finds what the README says', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const code = /<!-- quick-start -->\s*```ts\n([\s\S]*?)```/.exec(readme)?.[1]
  const said = /`hit\.chunk\.text` is now `([^`]+)`, `hit\.document\.id` is `([^`]+)`/.exec(readme)?.slice(1)
  expect(said).toHaveLength(2)
  const main = `${code}\nwindow.found = [hit.chunk.text, hit.document.id]\n`
  const { visits, foreign } = await tryHost('vite-8', tarballs, { 'main.js': main })
  expect(visits).toEqual([said, said])
  expect(foreign).toEqual([])
})

test('without a word, a server is told that nothing can be stored there', async () => {
  const app = await makeApp(tarballs, {
    'stored.js': "import { tryAll } from './app.js'\nconsole.log(JSON.stringify(await tryAll()))\n",
  })
  onTestFinished(() => rm(app, { recursive: true, force: true, maxRetries: 10 }))
  const { stdout } = await execute(process.execPath, ['stored.js'], { cwd: app })
  expect(JSON.parse(stdout)).toEqual({ failure: expect.stringMatching(/^UnsupportedError: .*durability: 'memory'/) })
})

if (isAsked('two-builds')) test('tabs of two builds share one database', () => tryTwoBuilds(tarballs))

if (isAsked('typescript')) {
  test('the types are read by TypeScript 5.4 to 7, however modules are found, with the DOM and without', async () => {
    const app = await makeApp({ ...tarballs, ...COMPILERS, '@types/node': '20.19.25' }, {})
    onTestFinished(() => rm(app, { recursive: true, force: true, maxRetries: 10 }))
    for (const compiler of Object.keys(COMPILERS)) {
      for (const setting of SETTINGS)
        expect(await complaintsOf(app, compiler, setting), `${compiler}, ${JSON.stringify(setting)}`).toBe('')
    }
  })
}

test('an install brings no packages of a runtime, no test and nothing of the compiler’s own, in 14 MB', async () => {
  const { '@voisin/onnx-wasm': wasm, ...needed } = tarballs
  expect(wasm).toBeDefined()
  const app = await makeApp(needed, {})
  onTestFinished(() => rm(app, { recursive: true, force: true, maxRetries: 10 }))
  const entries = await readdir(join(app, 'node_modules'), { recursive: true, withFileTypes: true })
  const sizes = entries.filter((entry) => entry.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size)
  expect((await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(14_000_000)
  const files = await readdir(join(app, 'node_modules'), { recursive: true })
  expect(files).toContain('@voisin/mini/model/voisin-mini.bin')
  expect(files.filter((file) => /(?:^|node_modules\/)(?:@xenova|onnxruntime[^/]*|protobufjs)$/.test(file))).toEqual([])
  const own = files.filter((file) => file.includes('voisin'))
  expect(own.filter((file) => /\.tsbuildinfo$|\.map$|\.test\.|\/testing\/|(?<!\.d)\.ts$/.test(file))).toEqual([])
})
