// By its place: the bench's package does not depend on the product's door, and an earlier commit's is put in here by node/earlier.mjs.
export { type Library, type LibraryOptions, openLibrary } from '../../packages/voisin/src/index.ts'
