export type { WorkerLike } from '@voisin/worker'
export type { CollectionListing } from './collection/listing.ts'
export type { CheckpointAfter } from './collection/upkeep.ts'
export { type DatabaseOptions, deleteCollection, listCollections, salvageCollection } from './collections.ts'
export {
  type OpenCollectionOptions,
  type OpenMemoryCollectionOptions,
  openCollection,
  openMemoryCollection,
  type StorageOptions,
} from './open-collection.ts'
