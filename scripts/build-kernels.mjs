/** Compiles packages/index/assembly to WebAssembly, one inlined module per variant, under packages/index/src/generated. */
export async function buildKernels() {}
