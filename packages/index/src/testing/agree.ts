import { isVoisinError } from '@voisin/spec'

/** The code of the error that an action ends with, or `none`. */
export function codeOf(action: () => unknown): string {
  try {
    action()
    return 'none'
  } catch (error) {
    return isVoisinError(error) ? error.code : String(error)
  }
}

/** @throws Two values differ. */
export function expectEqual<T extends number | string | boolean>(found: T, wanted: T, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found).slice(0, 300)} for ${String(wanted).slice(0, 300)}`)
}
