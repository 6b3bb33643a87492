import type { FullSchema } from '../database/collection-record.ts'

/** Names of the fields that are searched by words, in order of declaration. */
export function textFieldsOf({ fields }: Pick<FullSchema, 'fields'>): string[] {
  return Object.entries(fields ?? {}).flatMap(([name, kind]) => (kind === 'text' ? [name] : []))
}

/** The strings of a payload's text fields; an array field gives each of its strings. A dotted name looks into objects. */
export function textsOf(payload: object, fields: readonly string[]): string[] {
  return fields.flatMap((field) => stringsOf(valueAt(payload, field)))
}

function valueAt(payload: object, field: string): unknown {
  if (Object.hasOwn(payload, field)) return (payload as Record<string, unknown>)[field]
  let value: unknown = payload
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Whether one of these top-level keys can lie on the way to a text field. */
export function touchTexts(changedKeys: readonly string[], fields: readonly string[]): boolean {
  return fields.some((field) => changedKeys.some((key) => key === field || field.startsWith(`${key}.`)))
}
