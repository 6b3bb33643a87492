import { UnsupportedError } from './errors.ts'

/** A part of a package that is loaded when it is first needed. */
export interface LatePart<Part> {
  /**
   * The part.
   * @throws {UnsupportedError} It cannot be loaded here. The next call tries again.
   */
  load(): Promise<Part>
  /** Gives the part, where nothing may be loaded later. */
  give(part: Part): void
}

/**
 * @param what What the part is, for errors: `The engine`.
 * @param doors The modules that bring it along, for errors.
 */
export function latePart<Part>(what: string, doors: readonly string[], load: () => Promise<Part>): LatePart<Part> {
  let part: Part | undefined
  return {
    async load() {
      try {
        part ??= await load()
        return part
      } catch (cause) {
        const imports = doors.map((door) => `'${door}'`).join(' or ')
        throw new UnsupportedError(`${what} could not be loaded here.`, {
          remedy: `Where nothing may be loaded later, as in a service worker, import ${imports} first; elsewhere look whether all files of the app are served.`,
          retryable: true,
          cause,
        })
      }
    },
    give(given) {
      part = given
    },
  }
}
