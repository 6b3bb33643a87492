/**
 * Lets `performance.now` go forward by what `tick` says, in milliseconds, each time it is asked, while an action lasts. Then slices end where
 * a test wants them to end.
 */
export async function withClock<T>(tick: () => number, action: () => Promise<T>): Promise<T> {
  let now = 1000
  Object.defineProperty(performance, 'now', {
    configurable: true,
    value: () => {
      now += tick()
      return now
    },
  })
  try {
    return await action()
  } finally {
    Reflect.deleteProperty(performance, 'now')
  }
}

/** Ticks by chance: slices end anywhere, and what is chosen by measured times is chosen by chance, the same for the same random numbers. */
export function unsteady(random: () => number): () => number {
  return () => (random() < 0.1 ? random() * 20 : random() * 1.5)
}
