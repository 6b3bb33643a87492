import { ModelLoadError } from '@voisin/spec'

/** The error for bytes that are not a model's. */
export function refusal(expected: string, received: string): ModelLoadError {
  return new ModelLoadError('These are not the whole bytes of a static model.', {
    expected,
    received,
    remedy: 'Fetch the file again, or copy it again from the package.',
  })
}
