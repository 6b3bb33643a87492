export { type CollectionListing, type DatabaseOptions, deleteCollection, listCollections } from './collections.ts'
export { type OpenMemoryCollectionOptions, openCollection, openMemoryCollection } from './open-collection.ts'
export type { OpenCollectionOptions } from './open-local-collection.ts'
export type { CheckpointAfter } from './stored-backing.ts'
