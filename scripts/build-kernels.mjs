import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FLAGS = ['--runtime', 'stub', '--importMemory', '-O3', '--converge', '--noAssert']
/** By package, every variant of its kernels with what it needs beyond the common flags. */
const VARIANTS = {
  // `packages/index/src/kernels.ts` chooses among them.
  index: {
    plain: ['--enable', 'simd'],
    relaxed: ['--enable', 'simd', '--enable', 'relaxed-simd'],
    'plain-shared': ['--enable', 'simd', '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
    'relaxed-shared': [
      ...['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads'],
      ...['--sharedMemory', '--maximumMemory', '65536'],
    ],
  },
  mini: { pooling: ['--enable', 'simd'] },
}

async function digestOf(sources, version, flags) {
  const hash = createHash('sha256').update(JSON.stringify([version, FLAGS, flags]))
  for (const file of (await readdir(join(ROOT, sources))).sort()) {
    hash.update(file).update(await readFile(join(ROOT, sources, file)))
  }
  return hash.digest('hex')
}

async function compile(asc, sources, flags) {
  let wasm
  const { error, stderr } = await asc.main(
    [`${sources}/index.ts`, '--baseDir', ROOT, '--outFile', 'kernels.wasm', ...FLAGS, ...flags],
    {
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') wasm = contents
      },
    },
  )
  if (error || !wasm) throw new Error(`${sources} does not compile with ${flags.join(' ')}.\n${stderr}`, { cause: error })
  return Buffer.from(wasm)
}

/**
 * Compiles each package's assembly/ to WebAssembly: one ES module per variant in its src/generated, the bytes inlined as base64, so that
 * Node and every bundler can load them. Does nothing for a variant that is up to date.
 */
export async function buildKernels() {
  const { default: asc } = await import('assemblyscript/asc')
  for (const [name, variants] of Object.entries(VARIANTS)) {
    const sources = `packages/${name}/assembly`
    const target = `packages/${name}/src/generated`
    await mkdir(join(ROOT, target), { recursive: true })
    for (const [variant, flags] of Object.entries(variants)) {
      const path = join(ROOT, target, `${variant}.ts`)
      const stamp = `// built by scripts/build-kernels.mjs from ${sources}, ${await digestOf(sources, asc.version, flags)}\n`
      const present = await readFile(path, 'utf8').catch(() => '')
      if (present.startsWith(stamp)) continue
      const wasm = await compile(asc, sources, flags)
      await writeFile(path, `${stamp}export const base64: string =\n  '${wasm.toString('base64')}'\n`)
      console.log(`${target}/${variant}.ts  ${wasm.length} bytes of wasm`)
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
