export { type CollectionListing, type DatabaseOptions, deleteCollection, listCollections } from './collections.ts'
export {
  type OpenCollectionOptions,
  type OpenMemoryCollectionOptions,
  openCollection,
  openMemoryCollection,
} from './open-collection.ts'
