// One digest of many is packed with this package: see scripts/bundle-modules.mjs.
import { sha256 as digest } from '@noble/hashes/sha2.js'

export const sha256: (bytes: Uint8Array) => Uint8Array = digest
