import { isVoisinError } from '@voisin/spec'

/** The code of the error that `work` throws. */
export function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isVoisinError(error)) return error.code
    throw error
  }
  return 'no error'
}

/** Takes every single bit of a record wrong, and every length short of the whole; tells what `read` says where it is not 'corrupt-data'. */
export function notRefused(record: Uint8Array, read: (damaged: Uint8Array) => unknown, step = 1): string[] {
  const wrong: string[] = []
  for (let bit = 0; bit < record.length * 8; bit += step) {
    const damaged = record.slice()
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    const code = codeOf(() => read(damaged))
    if (code !== 'corrupt-data') wrong.push(`bit ${bit}: ${code}`)
  }
  for (let length = 0; length < record.length; length += step) {
    const code = codeOf(() => read(record.slice(0, length)))
    if (code !== 'corrupt-data') wrong.push(`length ${length}: ${code}`)
  }
  return wrong
}
