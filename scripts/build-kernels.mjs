import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = 'packages/index/assembly'
const TARGET = 'packages/index/src/generated'

const FLAGS = ['--runtime', 'stub', '--importMemory', '-O3', '--converge', '--noAssert']
/** Every variant with what it needs beyond the common flags. `packages/index/src/kernels.ts` chooses among them. */
const VARIANTS = {
  plain: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
  'plain-shared': ['--enable', 'simd', '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  'relaxed-shared': [
    ...['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads'],
    ...['--sharedMemory', '--maximumMemory', '65536'],
  ],
}

async function sourcesDigest(version, variant) {
  const hash = createHash('sha256').update(JSON.stringify([version, FLAGS, VARIANTS[variant]]))
  for (const file of (await readdir(join(ROOT, SOURCES))).sort()) {
    hash.update(file).update(await readFile(join(ROOT, SOURCES, file)))
  }
  return hash.digest('hex')
}

async function compile(asc, variant) {
  let wasm
  const { error, stderr } = await asc.main(
    [`${SOURCES}/index.ts`, '--baseDir', ROOT, '--outFile', 'kernels.wasm', ...FLAGS, ...VARIANTS[variant]],
    {
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') wasm = contents
      },
    },
  )
  if (error || !wasm) throw new Error(`The kernels (${variant}) do not compile.\n${stderr}`, { cause: error })
  return Buffer.from(wasm)
}

/**
 * Compiles packages/index/assembly to WebAssembly: one ES module per variant under packages/index/src/generated, the bytes inlined as
 * base64, so that Node and every bundler can load them. Does nothing for a variant that is up to date.
 */
export async function buildKernels() {
  const { default: asc } = await import('assemblyscript/asc')
  await mkdir(join(ROOT, TARGET), { recursive: true })
  for (const variant of Object.keys(VARIANTS)) {
    const path = join(ROOT, TARGET, `${variant}.ts`)
    const stamp = `// built by scripts/build-kernels.mjs from ${SOURCES}, ${await sourcesDigest(asc.version, variant)}\n`
    const present = await readFile(path, 'utf8').catch(() => '')
    if (present.startsWith(stamp)) continue
    const wasm = await compile(asc, variant)
    await writeFile(path, `${stamp}export const base64: string =\n  '${wasm.toString('base64')}'\n`)
    console.log(`${TARGET}/${variant}.ts  ${wasm.length} bytes of wasm`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
