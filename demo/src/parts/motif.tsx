import './motif.css'

/** A dot around the ring. */
export interface Neighbour {
  readonly id: string
  /** Distance from the ring, 0 (there) to 1 (the rim). */
  readonly distance: number
  readonly name?: string
}

interface Props {
  readonly neighbours: readonly Neighbour[]
  /** Drawn in the accent. */
  readonly active?: string | undefined
  /** Said to those who cannot see it; without it the drawing is decoration. */
  readonly label?: string
  readonly kind?: 'logo' | 'working' | 'map'
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

/** The query is a ring, its neighbours are dots on thin lines, distance is distance. */
export function Motif({ neighbours, active, label, kind = 'map' }: Props) {
  const ring = kind === 'map' ? 5 : 9
  const dot = kind === 'map' ? 2.1 : 4.2
  const dots = neighbours.map((neighbour, index) => {
    const angle = index * GOLDEN_ANGLE - 1
    const radius = ring + dot + 2 + neighbour.distance * (46 - ring - dot)
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    return { ...neighbour, x: x * radius, y: y * radius, fromX: x * ring, fromY: y * ring }
  })
  return (
    <svg class={`motif motif-${kind}`} viewBox="-52 -52 104 104" role="img" aria-label={label} aria-hidden={label === undefined}>
      {dots.map(({ id, x, y, fromX, fromY, name }) => (
        <g key={id} class={id === active ? 'near' : undefined}>
          {name && <title>{name}</title>}
          <line x1={fromX} y1={fromY} x2={x} y2={y} />
          <circle class="dot" style={{ transform: `translate(${x}px, ${y}px)` }} r={id === active ? dot * 1.5 : dot} />
        </g>
      ))}
      <circle class="ring" r={ring} />
    </svg>
  )
}

const LOGO: readonly Neighbour[] = [0.62, 0.85, 0.5, 0.9, 0.7].map((distance, index) => ({ id: String(index), distance }))

export function Logo() {
  return <Motif kind="logo" neighbours={LOGO} />
}

/** Something is being looked for. */
export function Working({ label }: { readonly label: string }) {
  return (
    <p class="working" role="status">
      <Motif kind="working" neighbours={LOGO} />
      <span>{label}</span>
    </p>
  )
}
