import { language, words } from './i18n/index.ts'

/** Numbers as people say them; the exact one goes on hover. */
export function plain(value: number): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: 0 }).format(value)
}

export function exact(value: number, digits = 3): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value)
}

function withUnit(value: number, unit: string, digits: number): string {
  const options: Intl.NumberFormatOptions = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }
  return new Intl.NumberFormat(language.value, options).format(value)
}

/** `340 kB`, `3.1 MB`, `28 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return withUnit(value, 'byte', 0)
  if (value < 1e6) return withUnit(value / 1e3, 'kilobyte', value < 1e4 ? 1 : 0)
  if (value < 1e9) return withUnit(value / 1e6, 'megabyte', value < 1e7 ? 1 : 0)
  return withUnit(value / 1e9, 'gigabyte', 1)
}

/** `8 ms`, `1.2 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return withUnit(Math.max(1, ms), 'millisecond', 0)
  return withUnit(ms / 1000, 'second', ms < 10_000 ? 1 : 0)
}

/** What is left, as one would say it: `about 20 s left`. */
export function timeLeft(ms: number): string {
  const { almost, left, seconds, minutes } = words.value.ingest
  if (ms < 1500) return almost
  if (ms < 10_000) return left(seconds(plain(ms / 1000)))
  if (ms < 90_000) return left(seconds(plain(Math.ceil(ms / 5000) * 5)))
  return left(minutes(plain(ms / 60_000)))
}
