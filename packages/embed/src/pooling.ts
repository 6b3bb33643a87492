import { InvalidVectorError, type OnnxModelSource } from '@voisin/spec'

/** Last hidden states of a batch, padded on the right. */
export interface HiddenStates {
  /** Row-major, `count × tokens × dim`. */
  readonly data: Float32Array
  readonly count: number
  readonly tokens: number
  readonly dim: number
  /** Tokens of each row that are not padding, 1 … `tokens`. */
  readonly lengths: ArrayLike<number>
}

/**
 * One unit vector for each row: the mean over its tokens, its first token, or its last one that is not padding.
 *
 * @param out Length `count × dim`; row r of the batch is written to row r.
 * @throws {InvalidVectorError} A row is zero or not finite: it has no direction.
 */
export function poolInto(out: Float32Array, states: HiddenStates, pooling: OnnxModelSource['pooling']): void {
  const { data, count, tokens, dim, lengths } = states
  for (let row = 0; row < count; row++) {
    const target = out.subarray(row * dim, (row + 1) * dim)
    const start = row * tokens * dim
    const length = lengths[row]!
    if (pooling === 'mean') {
      target.fill(0)
      for (let token = 0; token < length; token++) {
        const offset = start + token * dim
        // The sum will do: its length is divided out below.
        for (let i = 0; i < dim; i++) target[i]! += data[offset + i]!
      }
    } else {
      const offset = start + (pooling === 'cls' ? 0 : length - 1) * dim
      target.set(data.subarray(offset, offset + dim))
    }
    normalize(target)
  }
}

/** Brings a vector to unit length, in place. */
function normalize(vector: Float32Array): void {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!
  const norm = Math.sqrt(sum)
  if (!(norm > 0 && norm < Number.POSITIVE_INFINITY)) {
    throw new InvalidVectorError('The model gave a vector without a direction.', {
      expected: 'a length above 0',
      received: String(norm),
      remedy: 'Check that the model source names the right pooling and the right files.',
    })
  }
  for (let i = 0; i < vector.length; i++) vector[i]! /= norm
}
