/** The middle of some numbers, or the mean of the two middle ones. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Rounded to so many digits that count, for tables and files. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits))
}
