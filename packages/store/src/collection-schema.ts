import {
  type CollectionSchema,
  DimensionMismatchError,
  type FieldKind,
  InvalidArgumentError,
  type Metric,
  ModelMismatchError,
} from '@voisin/spec'

/** A schema with every default filled in, as it is kept. */
export interface FullSchema {
  readonly dim: number
  readonly metric: Metric
  readonly model?: string
  readonly fields: Readonly<Record<string, FieldKind>>
}

const LARGEST_DIM = 4096
const METRICS: readonly string[] = ['cosine', 'dot', 'l2']
const FIELD_KINDS: readonly string[] = ['text', 'keyword', 'number', 'boolean', 'date']
const LONGEST_NAME = 512

/** @throws {InvalidArgumentError} It is no name a collection can have. */
export function checkName(name: unknown): string {
  if (typeof name === 'string' && name.length >= 1 && name.length <= LONGEST_NAME) return name
  throw new InvalidArgumentError('This is no name for a collection.', {
    expected: `a string of 1 to ${LONGEST_NAME} characters`,
    received: typeof name === 'string' ? `${name.length} characters` : typeof name,
  })
}

/** @throws {InvalidArgumentError} A dim, metric or field kind that does not exist. */
export function checkSchema(schema: CollectionSchema<never>): FullSchema {
  const { dim, metric = 'cosine', model, fields = {} } = schema as CollectionSchema
  if (!Number.isInteger(dim) || dim < 1 || dim > LARGEST_DIM) {
    throw new InvalidArgumentError('This is no dim for a collection.', {
      expected: `an integer from 1 to ${LARGEST_DIM}`,
      received: String(dim),
    })
  }
  if (!METRICS.includes(metric)) {
    throw new InvalidArgumentError('This metric does not exist.', { expected: METRICS.join(', '), received: String(metric) })
  }
  for (const [field, kind] of Object.entries(fields)) {
    if (!FIELD_KINDS.includes(kind as string)) {
      throw new InvalidArgumentError(`The kind of the field "${field}" does not exist.`, {
        expected: FIELD_KINDS.join(', '),
        received: String(kind),
      })
    }
  }
  return { dim, metric, ...(model !== undefined && { model }), fields: { ...fields } as Record<string, FieldKind> }
}

/**
 * Whether an existing collection is what the caller expects; what the caller does not name is taken as it is stored.
 *
 * @throws {DimensionMismatchError | ModelMismatchError | InvalidArgumentError} It is not.
 */
export function checkSameSchema(name: string, stored: FullSchema, asked: CollectionSchema<never>): void {
  const remedy = 'Open it as it was created, take another name, or delete the collection first.'
  if (asked.dim !== stored.dim) {
    throw new DimensionMismatchError(`The collection "${name}" has another dim.`, {
      expected: `dim ${stored.dim}`,
      received: `${asked.dim}`,
      remedy,
    })
  }
  if (asked.metric !== undefined && asked.metric !== stored.metric) {
    throw new InvalidArgumentError(`The collection "${name}" has another metric.`, {
      expected: stored.metric,
      received: asked.metric,
      remedy,
    })
  }
  if (asked.model !== undefined && stored.model !== undefined && asked.model !== stored.model) {
    throw new ModelMismatchError(`The collection "${name}" keeps the vectors of another model.`, {
      expected: stored.model,
      received: asked.model,
      remedy: 'Vectors of two models cannot be compared: embed everything again into a new collection.',
    })
  }
  if (asked.fields !== undefined && spelled(asked.fields) !== spelled(stored.fields)) {
    throw new InvalidArgumentError(`The collection "${name}" has other fields.`, {
      expected: spelled(stored.fields),
      received: spelled(asked.fields),
      remedy,
    })
  }
}

function spelled(fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{ ${pairs.map(([name, kind]) => `${name}: ${String(kind)}`).join(', ')} }`
}
