import { copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// One thread, with SIMD: the only variant that packages/embed/src/runtimes/xenova.ts asks for.
const FILES = ['ort-wasm-simd.wasm']
const TARGET = fileURLToPath(new URL('../packages/onnx-wasm/wasm', import.meta.url))

/** Copies the pinned onnxruntime-web's wasm files into packages/onnx-wasm, where they travel in the package. */
export async function copyRuntimeWasm() {
  const require = createRequire(new URL('../packages/embed/package.json', import.meta.url))
  const source = dirname(require.resolve('onnxruntime-web'))
  await rm(TARGET, { recursive: true, force: true })
  await mkdir(TARGET, { recursive: true })
  for (const file of FILES) {
    await copyFile(join(source, file), join(TARGET, file))
    const { size } = await stat(join(TARGET, file))
    console.log(`packages/onnx-wasm/wasm/${file}  ${size} bytes`)
  }
}
