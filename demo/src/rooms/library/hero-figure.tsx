import { words } from '../../i18n/index.ts'

type Dot = { readonly x: number; readonly y: number; readonly side: 'start' | 'end' | 'middle'; readonly isNear?: boolean }

/** Where the dots of the drawing stand around its ring; near ones are what was meant. */
const DOTS: readonly Dot[] = [
  { x: 52, y: -30, side: 'start', isNear: true },
  { x: -34, y: 50, side: 'end', isNear: true },
  { x: 92, y: 66, side: 'start' },
  { x: -112, y: -84, side: 'end' },
  { x: 34, y: 140, side: 'start' },
  { x: 40, y: -138, side: 'start' },
]

/** The motif, explained: a question, and documents at their distance in meaning. */
export function HeroFigure() {
  const { hero } = words.value
  return (
    <figure class="hero-figure">
      <svg viewBox="-215 -172 430 340" role="img" aria-label={hero.figure}>
        {DOTS.map(({ x, y, side, isNear }, index) => {
          const length = Math.hypot(x, y)
          const shift = side === 'start' ? 11 : side === 'end' ? -11 : 0
          return (
            <g key={hero.figureDots[index]} class={isNear ? 'near' : undefined}>
              <line x1={(x / length) * 17} y1={(y / length) * 17} x2={x} y2={y} />
              <circle class="dot" cx={x} cy={y} r={isNear ? 6 : 4.5} />
              <text x={x + shift} y={side === 'middle' ? y - 12 : y + 5} text-anchor={side}>
                {hero.figureDots[index]}
              </text>
            </g>
          )
        })}
        <circle class="ring" r="17" />
        <text class="question" x="-26" y="-14" text-anchor="end">
          {hero.figureQuestion}
        </text>
      </svg>
      <figcaption class="small quiet">{hero.figure}</figcaption>
    </figure>
  )
}
