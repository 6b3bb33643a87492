/** Where `ort-wasm-simd.wasm` of onnxruntime-web 1.14.0 is: at the app's own origin. In this very form, so that bundlers find the file and copy it. */
export const wasmUrl: string = new URL('../wasm/ort-wasm-simd.wasm', import.meta.url).href
