import { isVoisinError } from '@voisin/spec'

/** What is read, or undefined where it is damaged. */
export function ifWhole<T>(read: () => T): T | undefined {
  return unless(['corrupt-data'], read)
}

/** What is read, or undefined where it is damaged, or a newer version's. */
export function ifReadable<T>(read: () => T): T | undefined {
  return unless(['corrupt-data', 'unsupported'], read)
}

function unless<T>(codes: readonly string[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isVoisinError(error) && codes.includes(error.code)) return undefined
    throw error
  }
}
