import { CorruptDataError, isVoisinError } from '@voisin/spec'
import type { CallContext } from '@voisin/worker'
import type { Extracted, Parse } from './extracted.ts'
import type { ArchiveEntry, LoadOptions, SourceFile } from './loader.ts'

/** What reads a file where the work is done: a worker serves it, or this thread calls it. */
export type Parser = {
  read(file: SourceFile & { readonly format: string }, context: Pick<CallContext, 'signal'>): Promise<Extracted>
}

/** What of an archive is wanted. */
export type Wanted = Pick<LoadOptions, 'extensions' | 'maxFileBytes'>

/** What unpacks a file, in the same places. */
export type Unpacker = {
  unpack(file: SourceFile & Wanted, context: Pick<CallContext, 'signal'>): AsyncIterable<ArchiveEntry>
}

/** Serves a `Parse`: whatever it throws names the file, and its text can be stored. */
export function parserOf(parse: Parse): Parser {
  return {
    read: async ({ name, bytes }, { signal }) => {
      try {
        const extracted = await parse(new Uint8Array(bytes), { name, signal })
        return { ...extracted, text: wellFormed(extracted.text) }
      } catch (error) {
        throw signal.aborted ? signal.reason : readable(error, name)
      }
    },
  }
}

/** Serves several, by the names of their formats: a worker that two loaders start. */
export function parsersOf(parses: Readonly<Record<string, Parse>>): Parser {
  return { read: (file, context) => parserOf(parses[file.format]!).read(file, context) }
}

/** An error of voisin's, or one that says which file another error was about. */
export function readable(error: unknown, name: string): Error {
  if (isVoisinError(error)) return error
  return new CorruptDataError(`"${name}" cannot be read.`, {
    received: error instanceof Error ? error.message : String(error),
    dataState: 'intact',
    remedy: 'It is damaged, or of another format than its name says.',
    cause: error,
  })
}

/** As long as before: half a character becomes U+FFFD. */
function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}
