import { isVoisinError } from '@voisin/spec'
import { deleteCollection, listCollections, openCollection } from '@voisin/store'

export interface DeniedAnswer {
  readonly call: string
  /** Undefined where it was not one of ours. */
  readonly code?: string
  readonly dataState?: string
  readonly remedy?: string
  readonly retryable?: boolean
  readonly message: string
}

/** What the store says where all storage is denied; runs in a frame without an origin. */
export async function answer(): Promise<DeniedAnswer[]> {
  const calls = [
    ['open', () => openCollection('notes', { dim: 3, worker: false })],
    ['list', () => listCollections()],
    ['delete', () => deleteCollection('notes')],
  ] as const
  const answers: DeniedAnswer[] = []
  for (const [call, work] of calls) {
    try {
      await work()
      answers.push({ call, message: 'it did not reject' })
    } catch (error) {
      const { message } = error as Error
      if (!isVoisinError(error)) answers.push({ call, message })
      else {
        const { code, dataState, remedy, retryable } = error
        answers.push({ call, code, dataState, retryable, ...(remedy !== undefined && { remedy }), message })
      }
    }
  }
  return answers
}
