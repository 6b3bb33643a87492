import type { Durability } from '@voisin/spec'

/** The payload of the store suite's points. */
export type Note = { readonly title: string; readonly year: number }

/** Where points are kept under test. */
export interface StoreEngine {
  /** Resolves when the points are kept as the durability says. `vectors` has `ids.length` rows. */
  write(ids: readonly string[], vectors: Float32Array, payloads: readonly Note[]): Promise<void>
  /** Ids of the nearest. */
  query(vector: Float32Array, k: number): Promise<readonly string[]>
  close(): Promise<void>
}

export interface StoreEngineKind {
  readonly engine: string
  readonly settings: string
  open(database: string, dim: number, durability: Durability): Promise<StoreEngine>
}
