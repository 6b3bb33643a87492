import type { FullSchema } from '../database/collection-record.ts'
import type { SomeValue } from './field-path.ts'

type Fields = Pick<FullSchema, 'fields'>

/** Paths of the fields that are searched by words, in order of declaration. */
export function textFieldsOf({ fields }: Fields): string[] {
  return Object.entries(fields).flatMap(([path, kind]) => (kind === 'text' ? [path] : []))
}

/** Paths of the fields that filters ask for. */
export function filterFieldsOf({ fields }: Fields): string[] {
  return Object.entries(fields).flatMap(([path, kind]) => (kind === 'text' ? [] : [path]))
}

/** The strings that paths lead to; an array gives each of its strings. */
export function textsOf(payload: object, paths: readonly SomeValue[]): string[] {
  const texts: string[] = []
  for (const someValue of paths) {
    someValue(payload, (value) => {
      if (typeof value === 'string') texts.push(value)
      else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') texts.push(item)
      return false
    })
  }
  return texts
}

/** Whether one of these top-level keys can lie on the way to a field. */
export function touchFields(changedKeys: readonly string[], paths: Iterable<string>): boolean {
  if (changedKeys.length === 0) return true
  for (const path of paths) if (changedKeys.some((key) => key === path || path.startsWith(`${key}.`))) return true
  return false
}
