// Packed with this package as one file: see scripts/bundle-modules.mjs.
import { analyse } from 'chardet'

/** What an encoding of bytes may be, most likely first. */
export const guessEncodings: (bytes: Uint8Array) => readonly { readonly name: string; readonly confidence: number }[] = analyse
