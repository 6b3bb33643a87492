/** The least recall that is shown: a step of .05 at or below every one of them. */
export function firstRecall(recalls: readonly number[]): number {
  return Math.max(0, Math.min(0.95, Math.floor(Math.min(...recalls) * 20 + 1e-9) / 20))
}

/** Numbers with one digit that counts, 1, 2 or 5, from the last at or below the least value to the first at or above the largest. */
export function logTicks(least: number, largest: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(least)); ; power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number(`${digit}e${power}`)
      if (tick <= least) ticks.length = 0
      ticks.push(tick)
      if (tick >= largest && ticks.length > 1) return ticks
    }
  }
}

/** Moves places apart until they are `gap` from each other, keeping their order; the middle of a crowd stays. */
export function spread(places: readonly number[], gap: number): number[] {
  const order = Array.from(places.keys()).sort((a, b) => places[a]! - places[b]!)
  const spaced = [...places]
  for (let pass = 0; pass < places.length; pass++) {
    for (let i = 1; i < order.length; i++) {
      const [upper, lower] = [order[i - 1]!, order[i]!]
      const missing = gap - (spaced[lower]! - spaced[upper]!)
      if (missing <= 0) continue
      spaced[upper]! -= missing / 2
      spaced[lower]! += missing / 2
    }
  }
  return spaced
}
