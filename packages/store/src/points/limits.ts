import { LimitError } from '@voisin/spec'

const LARGEST_PAYLOAD_BYTES = 16 * 2 ** 20
const LARGEST_WRITE_BYTES = 256 * 2 ** 20
// Chromium's newer backend refuses records above 127 MiB.
const LARGEST_BODY_BYTES = 64 * 2 ** 20

const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`

/** An encoded payload, if it is not too large. @throws {LimitError} */
export function checkPayloadSize(payload: Uint8Array): Uint8Array {
  if (payload.length <= LARGEST_PAYLOAD_BYTES) return payload
  throw new LimitError('A payload is too large.', {
    expected: `at most ${mebibytes(LARGEST_PAYLOAD_BYTES)}, encoded`,
    received: mebibytes(payload.length),
    remedy: 'Keep large data elsewhere and its address in the payload.',
  })
}

/** @throws {LimitError} So many bytes of vectors and payloads are too many for a write. */
export function checkWriteSize(bytes: number): void {
  if (bytes <= LARGEST_WRITE_BYTES) return
  throw new LimitError('One write is too large.', {
    expected: `at most ${mebibytes(LARGEST_WRITE_BYTES)} of vectors and payloads`,
    received: mebibytes(bytes),
    remedy: 'Split it into several writes.',
  })
}

/** @throws {LimitError} So many bytes are too many for what a write keeps in one record: no browser would store it. */
export function checkBodySize(bytes: number): void {
  if (bytes <= LARGEST_BODY_BYTES) return
  throw new LimitError(
    'The updates and deletions of one write are too many: an update keeps the whole payload of each of its points.',
    {
      expected: `at most ${mebibytes(LARGEST_BODY_BYTES)} of them, encoded`,
      received: mebibytes(bytes),
      remedy: 'Update or delete fewer points at a time.',
    },
  )
}
