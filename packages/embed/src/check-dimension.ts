import { type ModelFacts, ModelLoadError } from '@voisin/spec'

/** @throws {ModelLoadError} The model's vectors have another length than its source says. */
export function checkDimension({ dim }: ModelFacts, received: number): void {
  if (received === dim) return
  throw new ModelLoadError('The model has another dimension than its source says.', {
    expected: `dim ${dim}`,
    received: `dim ${received}`,
    remedy: 'Correct `dim` in the model source.',
  })
}
