import { useLayoutEffect, useRef } from 'preact/hooks'
import { words } from '../i18n/index.ts'
import { choose, type Made, offers, pass } from '../offers.ts'
import './offers.css'

/** What was just done and can still be decided otherwise. Read aloud wherever the focus is; reached before the room. */
export function Offers() {
  return (
    <aside class="offers" aria-label={words.value.offers.label}>
      <p class="unseen" role="status">
        {offers.value.at(-1)?.text()}
      </p>
      {offers.value.map((offer) => (
        <OfferBar key={offer.number} offer={offer} />
      ))}
    </aside>
  )
}

function OfferBar({ offer }: { readonly offer: Made }) {
  const bar = useRef<HTMLDivElement>(null)
  // Before the bar leaves the page: afterwards nothing tells that it had the focus.
  useLayoutEffect(() => {
    const element = bar.current!
    if (offer.focusAfter) element.querySelector('button')?.focus({ preventScroll: true })
    const beginAgain = () => {
      // The time that the page was not looked at does not count.
      if (document.visibilityState === 'visible')
        for (const animation of element.getAnimations({ subtree: true })) animation.currentTime = 0
    }
    document.addEventListener('visibilitychange', beginAgain)
    return () => {
      document.removeEventListener('visibilitychange', beginAgain)
      if (!element.contains(document.activeElement)) return
      const next = offer.focusAfter?.() ?? document.querySelector<HTMLElement>('#room')
      next?.focus({ preventScroll: true })
    }
  }, [])
  const dismiss = () => pass(offer)
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    dismiss()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields.
    <div class="offer" role="group" aria-label={offer.text()} ref={bar} onKeyDown={leave} data-kind={offer.kind}>
      <p>{offer.text()}</p>
      <div class="offer-choices">
        {offer.choices.map((choice) => (
          <button
            key={choice.label()}
            type="button"
            class="word"
            aria-keyshortcuts={choice.isUndo ? 'Control+Z Meta+Z' : undefined}
            onClick={() => choose(offer, choice)}
          >
            {choice.label()}
          </button>
        ))}
        <button type="button" class="offer-dismiss small" onClick={dismiss}>
          {words.value.state.dismiss}
        </button>
      </div>
      {/* The time that is left is this line's: it stands while someone is at the bar, and the offer ends with it. */}
      <span class="offer-time" aria-hidden="true" onAnimationEnd={dismiss} />
    </div>
  )
}
