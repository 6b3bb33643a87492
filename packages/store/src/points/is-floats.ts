/** Whether a value is a Float32Array, of this realm or another. */
export function isFloats(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value) && (value as Float32Array)[Symbol.toStringTag] === 'Float32Array'
}
