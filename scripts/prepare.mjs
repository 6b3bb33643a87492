// Makes what is not committed: the index's WebAssembly kernels and the runtime's wasm files. Runs after every install.
import { buildKernels } from './build-kernels.mjs'
import { copyRuntimeWasm } from './copy-runtime-wasm.mjs'
import { stampInstall } from './installed.mjs'

await buildKernels()
await copyRuntimeWasm()
await stampInstall()
