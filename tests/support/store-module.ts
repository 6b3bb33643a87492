/** The store by its public door, for realms that load it by URL. */
export { deleteCollection, listCollections, openCollection, salvageCollection } from '@voisin/store'
