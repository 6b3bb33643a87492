import { isVoisinError } from '@voisin/spec'
import type { Document } from 'voisin'
import { type Library, read } from './data.ts'

/** A document as it was added; undefined too where its text is damaged, so that there is nothing that could be kept. */
export async function readWhole(library: Library, id: string): Promise<Document | undefined> {
  try {
    return await read(library, id)
  } catch (error) {
    if (isVoisinError(error) && error.code === 'corrupt-data') return undefined
    throw error
  }
}
