import {
  type CollectionSchema,
  classOf,
  DimensionMismatchError,
  type FieldKind,
  InvalidArgumentError,
  type Metric,
  ModelMismatchError,
  type VectorOptions,
} from '@voisin/spec'
import type { FullSchema, VectorSchema } from '../database/collection-record.ts'
import { checkKeys } from '../points/check-keys.ts'

const LARGEST_DIM = 4096
const METRICS: readonly string[] = ['cosine', 'dot', 'l2']
const FIELD_KINDS: readonly string[] = ['text', 'keyword', 'number', 'boolean', 'date']
const LONGEST_NAME = 512
const LONGEST_VECTOR_NAME = 64
const MOST_VECTORS = 16

/** @throws {InvalidArgumentError} It is no name a collection or database can have. */
export function checkName(name: unknown, of = 'collection'): string {
  if (typeof name === 'string' && name.length >= 1 && name.length <= LONGEST_NAME && !/\p{Surrogate}/u.test(name)) return name
  throw new InvalidArgumentError(`This is no name for a ${of}.`, {
    expected: `a well-formed string of 1 to ${LONGEST_NAME} characters`,
    received: typeof name === 'string' ? `${name.length} characters` : classOf(name),
  })
}

/** @throws {InvalidArgumentError} A dim, metric, model or field kind that does not exist. */
export function checkSchema(schema: CollectionSchema<never>): FullSchema {
  const { vectors, dim, metric, model, fields } = schema as CollectionSchema
  const all: Record<string, VectorSchema> = {}
  if (vectors === undefined) all[''] = checkVector('', { dim: dim!, ...(metric && { metric }), ...given({ model }) }, metric)
  else {
    if (dim !== undefined || metric !== undefined || model !== undefined) {
      throw new InvalidArgumentError('A collection has one vector or several.', {
        expected: 'dim, or vectors: { name: { dim } }',
        received: 'both',
      })
    }
    checkVectorNames(vectors)
    for (const [name, options] of Object.entries(vectors as Record<string, VectorOptions>)) {
      checkKeys(options, ['dim', 'metric', 'model'], `vector ("${name}")`)
      all[name] = checkVector(name, options, options.metric)
    }
  }
  return { vectors: all, fields: checkFields(fields) }
}

function checkVector(name: string, { dim, model }: VectorOptions, metric: unknown = 'cosine'): VectorSchema {
  const what = name === '' ? '' : ` of the vector "${name}"`
  if (!Number.isInteger(dim) || dim < 1 || dim > LARGEST_DIM) {
    throw new InvalidArgumentError(`This is no dim${what} for a collection.`, {
      expected: `an integer from 1 to ${LARGEST_DIM}`,
      received: String(dim),
    })
  }
  if (typeof metric !== 'string' || !METRICS.includes(metric)) {
    throw new InvalidArgumentError(`This metric${what} does not exist.`, {
      expected: METRICS.join(', '),
      received: String(metric),
    })
  }
  if (model !== undefined && (typeof model !== 'string' || model === '')) {
    throw new InvalidArgumentError(`This is no model${what}.`, {
      expected: 'the fingerprint of an embedder',
      received: classOf(model),
    })
  }
  return { dim, metric: metric as Metric, ...given({ model }) }
}

function checkVectorNames(vectors: unknown): void {
  const names = typeof vectors === 'object' && vectors !== null && !Array.isArray(vectors) ? Object.keys(vectors) : []
  // What every object has (`constructor`, `__proto__`) would be found in each point.
  const isWrong = (name: string) =>
    name === '' || name.length > LONGEST_VECTOR_NAME || name in Object.prototype || /\p{Surrogate}/u.test(name)
  if (names.length >= 1 && names.length <= MOST_VECTORS && !names.some(isWrong)) return
  throw new InvalidArgumentError('These are no vectors for a collection.', {
    expected: `1 to ${MOST_VECTORS} names of 1 to ${LONGEST_VECTOR_NAME} characters that no object has of itself, each with { dim }`,
    received:
      names.length === 0
        ? classOf(vectors)
        : names
            .map((name) => JSON.stringify(name))
            .join(', ')
            .slice(0, 200),
  })
}

function checkFields(fields: unknown): FullSchema['fields'] {
  if (fields === undefined) return {}
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new InvalidArgumentError('These are no fields.', { expected: 'an object of field kinds', received: classOf(fields) })
  }
  for (const [field, kind] of Object.entries(fields)) {
    if (FIELD_KINDS.includes(kind as string)) continue
    throw new InvalidArgumentError(`The kind of the field "${field}" does not exist.`, {
      expected: FIELD_KINDS.join(', '),
      received: String(kind),
    })
  }
  return { ...fields } as Record<string, FieldKind>
}

/**
 * Whether an existing collection has the vectors that the caller expects; what the caller does not name is taken as it is stored.
 *
 * @throws {DimensionMismatchError | ModelMismatchError | InvalidArgumentError} It is not.
 */
export function checkSameSchema(name: string, stored: FullSchema, asked: CollectionSchema<never>): void {
  const remedy = 'Open it as it was created, take another name, or delete the collection first.'
  const wanted = checkSchema(asked)
  const [storedNames, wantedNames] = [stored, wanted].map(({ vectors }) => Object.keys(vectors).toSorted().join('", "'))
  if (storedNames !== wantedNames) {
    throw new InvalidArgumentError(`The collection "${name}" has other vectors.`, {
      expected: storedNames === '' ? 'dim: one vector without a name' : `vectors: "${storedNames}"`,
      received: wantedNames === '' ? 'dim' : `"${wantedNames}"`,
      remedy,
    })
  }
  const given = (asked.vectors ?? { '': asked }) as Record<string, VectorOptions>
  for (const [vector, schema] of Object.entries(stored.vectors)) checkSameVector(name, schema, given[vector]!, remedy)
}

function checkSameVector(name: string, stored: VectorSchema, asked: VectorOptions, remedy: string): void {
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
}

function given({ model }: { readonly model: string | undefined }): { readonly model?: string } {
  return model === undefined ? {} : { model }
}
