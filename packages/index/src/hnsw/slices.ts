import { InvalidArgumentError } from '@voisin/spec'

/** Something is asked before a generator has come to its end. */
export function stillAtWork(summary: string, generator: string, received: string): InvalidArgumentError {
  return new InvalidArgumentError(summary, {
    expected: `the generator of ${generator} at its end`,
    received: `${received} before it`,
    remedy: 'Run the generator to its end, or call its return().',
  })
}

/** Runs a generator to its end and returns its result. */
export function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Passes on a generator's values only when so many milliseconds have gone by; and its result. */
export function* sliced<T>(steps: Generator<number, T>, sliceMs: number): Generator<number, T> {
  let before = performance.now()
  try {
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      if (performance.now() - before < sliceMs) continue
      yield step.value
      before = performance.now()
    }
  } finally {
    // Where this one is cancelled, so is that one.
    steps.return(undefined as never)
  }
}
