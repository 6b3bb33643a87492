/** A language as BCP 47 has it; undefined where it is none. */
export function languageTag(said: string | undefined): string | undefined {
  const tag = (said ?? '').trim().replaceAll('_', '-')
  if (tag === '') return undefined
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}
