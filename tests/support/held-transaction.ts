import { onTestFinished } from 'vitest'
import { settled, withDatabase } from './stored-records.ts'

/** Keeps a read-write transaction of a connection of its own open, as a frozen tab does, until `release` is called. */
export async function holdWrites(database: string): Promise<{ release(): Promise<void> }> {
  let isHeld = true
  let begun: () => void = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const holding = withDatabase(database, async (connection) => {
    // Whoever wants the database gone or newer has to wait as well.
    connection.onversionchange = null
    const stores = Array.from(connection.objectStoreNames)
    const objects = connection.transaction(stores, 'readwrite').objectStore(stores[0]!)
    // A transaction lives as long as there is something left to ask.
    while (isHeld) {
      await settled(objects.count())
      begun()
    }
  })
  await Promise.race([hasBegun, holding])
  const release = async () => {
    isHeld = false
    await holding
  }
  onTestFinished(release)
  return { release }
}
