import type { Storage, Transaction } from '../database/storage.ts'

/** A storage with some of its calls replaced. */
export function wrapped(storage: Storage, replaced: Partial<Storage>): Storage {
  return {
    name: storage.name,
    get hasOldStores() {
      return storage.hasOldStores
    },
    read: storage.read.bind(storage),
    write: storage.write.bind(storage),
    rest: async () => storage.rest?.(),
    stir: async (options) => storage.stir?.(options),
    reconnect: () => storage.reconnect(),
    close: () => storage.close(),
    ...replaced,
  }
}

/** A storage in whose transactions some of the calls are replaced. */
export function withTransactions(
  storage: Storage,
  replaced: (transaction: Transaction, mode: 'read' | 'write') => Partial<Transaction>,
): Storage {
  const watched = (transaction: Transaction, mode: 'read' | 'write'): Transaction => ({
    get: transaction.get.bind(transaction),
    getAll: transaction.getAll.bind(transaction),
    keys: transaction.keys.bind(transaction),
    lastKey: transaction.lastKey.bind(transaction),
    add: transaction.add.bind(transaction),
    put: transaction.put.bind(transaction),
    delete: transaction.delete.bind(transaction),
    deleteRange: transaction.deleteRange.bind(transaction),
    ...replaced(transaction, mode),
  })
  return wrapped(storage, {
    read: (stores, work, options) => storage.read(stores, (transaction) => work(watched(transaction, 'read')), options),
    write: (stores, strength, work, options) =>
      storage.write(stores, strength, (transaction) => work(watched(transaction, 'write')), options),
  })
}
