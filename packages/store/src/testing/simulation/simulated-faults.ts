import type { SeededRandom } from './seeded-random.ts'

/** How often each thing goes wrong, as a probability for each time it could. */
export interface FaultRates {
  /** A request fails, and its transaction with it. */
  readonly request: number
  /** A record cannot be read; later it can, or over a new connection. */
  readonly tornRead: number
  /** A commit finds no room. */
  readonly commit: number
  /** A commit succeeds and nobody hears of it. */
  readonly lostWord: number
  /** Something takes up to seconds. */
  readonly slow: number
  /** Opening the database fails. */
  readonly open: number
  readonly lostMessage: number
  readonly lateMessage: number
  readonly repeatedMessage: number
  /** What is outside the database cannot be had. */
  readonly noWitness: number
}

export const NO_FAULTS: FaultRates = {
  request: 0,
  tornRead: 0,
  commit: 0,
  lostWord: 0,
  slow: 0,
  open: 0,
  lostMessage: 0,
  lateMessage: 0,
  repeatedMessage: 0,
  noWitness: 0,
}

/** What goes wrong at all in one life, and how often: most lives have a few kinds of trouble, not all. */
export function drawRates(random: SeededRandom): FaultRates {
  const rate = (probability: number, highest: number) => (random.chance(probability) ? random.next() * highest : 0)
  return {
    request: rate(0.3, 0.03),
    tornRead: rate(0.3, 0.05),
    commit: rate(0.3, 0.15),
    lostWord: rate(0.3, 0.15),
    slow: rate(0.4, 0.05),
    open: rate(0.2, 0.3),
    lostMessage: rate(0.5, 0.5),
    lateMessage: rate(0.5, 0.5),
    repeatedMessage: rate(0.3, 0.3),
    noWitness: 0,
  }
}
