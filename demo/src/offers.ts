import { type Signal, signal } from '@preact/signals'

/** One of the things that can be done about it. Its words are a function: the language may change meanwhile. */
export interface Choice {
  readonly label: () => string
  readonly take: () => void
  /** Ctrl+Z takes it too. */
  readonly isUndo?: boolean
}

/** Where the focus goes; null for the room as a whole. */
export type Finder = () => HTMLElement | null

/** What was just done, and for a while can still be decided otherwise. */
export interface Offer {
  /** One of a kind at a time: a newer one takes its place. */
  readonly kind: 'removed' | 'replaced' | 'told'
  readonly text: () => string
  readonly choices: readonly Choice[]
  /** When nobody has chosen. */
  readonly onPass?: () => void
  /** What had the focus went with what was done: the first choice gets it, and this when that is gone too. */
  readonly focusAfter?: Finder
}

/** An offer on the page; the number sets one apart from an earlier one of its kind. */
export type Made = Offer & { readonly number: number }

export const offers: Signal<readonly Made[]> = signal([])
let count = 0

export function make(offer: Offer): void {
  count += 1
  const others = offers.value.filter(({ kind }) => kind !== offer.kind && kind !== 'told')
  offers.value = [...others, { ...offer, number: count }]
}

/** Something that needs no choice, in the place where there was one. */
export function tell(text: () => string): void {
  make({ kind: 'told', text, choices: [] })
}

function end(offer: Made): boolean {
  const isThere = offers.value.includes(offer)
  offers.value = offers.value.filter((other) => other !== offer)
  return isThere
}

export function choose(offer: Made, { take }: Choice): void {
  if (end(offer)) take()
}

export function pass(offer: Made): void {
  if (end(offer)) offer.onPass?.()
}

/** Takes back what was done last, where that is still offered. Returns whether it was. */
export function undoLast(): boolean {
  const offer = offers.value.findLast(({ choices }) => choices.some(({ isUndo }) => isUndo))
  const undo = offer?.choices.find(({ isUndo }) => isUndo)
  if (!offer || !undo) return false
  choose(offer, undo)
  return true
}
