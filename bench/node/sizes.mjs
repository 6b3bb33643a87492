import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'vite'
import { bundleWorker, WORKERS } from '../../scripts/bundle-modules.mjs'
import { PACKAGES } from '../../scripts/packages.mjs'
import { conditions } from '../../scripts/workspace-vite.mjs'

/**
 * What each door costs someone who imports all of it, or its main part alone: bundled and minified by Vite as an app would. `first` is what must be there
 * before anything runs (the entry and what it imports statically); `all` adds what is loaded later: workers, dynamic imports, wasm.
 */
export async function sizes() {
  const rows = []
  for await (const { entry, first, output } of bundles()) {
    const wasm = [...output.filter(({ fileName }) => fileName.endsWith('.wasm')).map(bytesOf), ...inlinedKernels(output)]
    rows.push({ entry, ...sums('first', first.map(bytesOf)), ...sums('all', output.map(bytesOf)), ...sums('wasm', wasm) })
  }
  const columns = ['entry', 'firstBytes', 'firstBrotliBytes', 'allBytes', 'allBrotliBytes', 'wasmBytes', 'wasmBrotliBytes']
  return { rows, columns, browser: undefined }
}

/** What must be there before each door's code runs, and each worker, compressed: quick, because the other large files come later. */
export async function firstLoads() {
  const loads = new Map()
  for await (const { entry, first } of bundles()) loads.set(entry, sums('first', first.map(bytesOf)).firstBrotliBytes)
  for (const worker of WORKERS) {
    const { code } = await bundleWorker(worker)
    loads.set(`voisin-${worker.name}-worker.js`, brotliBytes(Buffer.from(code)))
  }
  return loads
}

/** By door, what apps import most, which cost less than all of it. */
const ALONE = {
  voisin: 'openLibrary',
  '@voisin/store': 'openCollection',
  '@voisin/index': 'HnswIndex',
  '@voisin/spec': 'isVoisinError',
}

async function* bundles() {
  for (const { folder, manifest } of PACKAGES) {
    for (const [door, target] of Object.entries(manifest.exports ?? {})) {
      const source = typeof target === 'object' && target['@voisin/source']
      if (!source || !(await isThere(join(folder, source)))) continue
      const entry = join(manifest.name, door)
      const path = join(folder, source)
      yield await bundle(entry, path)
      const alone = ALONE[entry]
      if (alone) yield await bundle(`${alone} of ${entry}`, path, `export { ${alone} } from ${JSON.stringify(path)}`)
    }
  }
}

/** @param code What is bundled instead of the file at `path`. */
export async function bundle(entry, path, code) {
  const { output } = await build({
    configFile: false,
    logLevel: 'silent',
    root: join(path, '..'),
    resolve: { conditions },
    plugins: code === undefined ? [] : [inMemory(code)],
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      assetsInlineLimit: 0,
      rollupOptions: { input: code === undefined ? path : IN_MEMORY, preserveEntrySignatures: 'strict' },
    },
  })
  const files = new Map(output.map((file) => [file.fileName, file]))
  const first = new Set()
  const follow = (name) => {
    const chunk = files.get(name)
    if (!chunk || first.has(chunk)) return
    first.add(chunk)
    for (const imported of chunk.imports ?? []) follow(imported)
  }
  follow(output.find((file) => file.type === 'chunk' && file.isEntry).fileName)
  return { entry, first: [...first], output }
}

const IN_MEMORY = '\0entry'

const inMemory = (code) => ({
  name: 'entry',
  resolveId: (id) => (id === IN_MEMORY ? id : undefined),
  load: (id) => (id === IN_MEMORY ? code : undefined),
})

export function bytesOf(file) {
  return Buffer.from(file.type === 'chunk' ? file.code : file.source)
}

/** The index's kernels travel as base64 inside a module; here they are as bytes again. \0asm is AGFzbQ in base64. */
function inlinedKernels(output) {
  return output
    .filter(({ type }) => type === 'chunk')
    .flatMap(({ code }) => [...code.matchAll(/AGFzbQ[\w+/]+=*/g)])
    .map(([base64]) => Buffer.from(base64, 'base64'))
}

const known = new Map()

/** As a good server compresses: quality 11. Slow on large files, and the same ones come in several doors. */
function brotliBytes(buffer) {
  const digest = createHash('sha256').update(buffer).digest('hex')
  if (!known.has(digest))
    known.set(digest, brotliCompressSync(buffer, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length)
  return known.get(digest)
}

export function sums(name, buffers) {
  return {
    [`${name}Bytes`]: buffers.reduce((sum, buffer) => sum + buffer.length, 0),
    [`${name}BrotliBytes`]: buffers.reduce((sum, buffer) => sum + brotliBytes(buffer), 0),
  }
}

async function isThere(path) {
  return readFile(path).then(
    () => true,
    () => false,
  )
}
