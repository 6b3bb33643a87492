import type { StoredCollection } from './open-stored.ts'

/**
 * Whether every vector is linked, and what walks take was measured. Whether a walk is then chosen is a matter of the speed of this machine.
 * @param vector Any that can be asked for.
 */
export async function isLinked(collection: StoredCollection, vector: Float32Array): Promise<boolean> {
  const { dense } = await collection.explain({ vector, limit: 10 })
  return dense!.unlinked === 0 && !/no graph|no walk was measured|codes are being written/.test(dense!.reason)
}
