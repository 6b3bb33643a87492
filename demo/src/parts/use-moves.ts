import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Lets the children of a list glide to their new place when its order changes, and only then. Each child needs `data-key`.
 * Nothing moves under prefers-reduced-motion.
 */
export function useMoves<E extends HTMLElement>(): RefObject<E | null> {
  const list = useRef<E>(null)
  const places = useRef(new Map<string, number>())
  useLayoutEffect(() => {
    const before = places.current
    const after = new Map<string, number>()
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    for (const child of (list.current?.children ?? []) as Iterable<HTMLElement>) {
      const { key } = child.dataset
      if (key === undefined) continue
      const top = child.offsetTop
      const from = before.get(key)
      after.set(key, top)
      if (isStill || from === top) continue
      const frames = from === undefined ? { opacity: [0, 1] } : { transform: [`translateY(${from - top}px)`, 'none'] }
      child.animate(frames, { duration: 170, easing: 'cubic-bezier(0.3, 0, 0.1, 1)' })
    }
    places.current = after
  })
  return list
}
