import { onTestFinished } from 'vitest'

/** A database name of this test's own; the database is deleted when the test ends. */
export function tempDatabase(): string {
  const name = `test-${crypto.randomUUID()}`
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        const request = indexedDB.deleteDatabase(name)
        // Open connections are asked to close; where one does not, the deletion stays pending and hurts nobody.
        request.onsuccess = request.onerror = request.onblocked = () => resolve()
      }),
  )
  return name
}
