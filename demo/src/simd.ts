// (module (func (result v128) i32.const 0 i8x16.splat)): valid only where 128-bit SIMD is.
const SIMD_MODULE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]

/** Whether this browser has WebAssembly SIMD; without it voisin computes nothing. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(SIMD_MODULE))
}
