/** The bytes of whatever a page may have stored: views, buffers and texts; nothing of anything else. */
export function bytesOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'string') return new TextEncoder().encode(value)
  // Anything else is looked at as JSON writes it: enough to find a text in it.
  return new TextEncoder().encode(JSON.stringify(value) ?? '')
}

/** Whether a text (in UTF-8 or UTF-16, either order) or a row of bytes stands anywhere in these bytes. */
export function holdsBytes(bytes: Uint8Array, content: string | Uint8Array): boolean {
  const wanted = typeof content === 'string' ? encodings(content) : [content]
  const text = latin1(bytes)
  return wanted.some((pattern) => text.includes(latin1(pattern)))
}

function encodings(text: string): Uint8Array[] {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  return [
    new TextEncoder().encode(text),
    Uint8Array.from(units.flatMap((unit) => [unit & 255, unit >> 8])),
    Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 255])),
  ]
}

// One character a byte, so that the browser's own search can be used. TextDecoder's 'latin1' is windows-1252: one to one as well.
const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes.slice())
