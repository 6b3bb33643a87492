import type { Line } from './lines.ts'
import { firstRecall, logTicks, spread } from './scale.ts'

const WIDTH = 880
const HEIGHT = 420
const PLOT = { left: 64, top: 32, right: WIDTH - 208, bottom: HEIGHT - 48 }
const LABEL_GAP = 18
const COLOURS = 6

/** Draws recall against time, a line for each way of searching: the lower and the further right, the better. */
export function drawCurves(svg: SVGSVGElement, lines: readonly Line[]): void {
  const dots = lines.flatMap((line) => line.dots)
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  svg.replaceChildren()
  if (dots.length === 0) return
  const first = firstRecall(dots.map(({ recall }) => recall))
  const ticks = logTicks(Math.min(...dots.map(({ micros }) => micros)), Math.max(...dots.map(({ micros }) => micros)))
  const low = Math.log(ticks[0]!)
  const high = Math.log(ticks.at(-1)!)
  const x = (recall: number) => PLOT.left + ((recall - first) / (1 - first)) * (PLOT.right - PLOT.left)
  const y = (micros: number) => PLOT.bottom - ((Math.log(micros) - low) / (high - low)) * (PLOT.bottom - PLOT.top)

  for (const micros of ticks) {
    svg.append(element('line', { class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: y(micros), y2: y(micros) }))
    svg.append(label(micros.toLocaleString('en'), PLOT.left - 8, y(micros), 'end'))
  }
  const steps = Math.round((1 - first) * 20)
  const step = steps <= 2 ? 0.01 : steps <= 10 ? 0.05 : 0.1
  for (let i = 0; i <= Math.round((1 - first) / step); i++) {
    const recall = 1 - i * step
    svg.append(element('line', { class: 'grid', x1: x(recall), x2: x(recall), y1: PLOT.top, y2: PLOT.bottom }))
    svg.append(label(recall.toFixed(2), x(recall), PLOT.bottom + 16, 'middle'))
  }
  svg.append(label('recall', (PLOT.left + PLOT.right) / 2, HEIGHT - 10, 'middle'))
  svg.append(label('µs per query', 8, 10, 'start'))

  const ends = lines.map((line) => line.dots.at(-1)!)
  const places = spread(
    ends.map(({ micros }) => y(micros)),
    LABEL_GAP,
  )
  for (const [i, { name, dots }] of lines.entries()) {
    const group = element('g', { class: `curve colour-${i % COLOURS}` })
    group.append(element('polyline', { points: dots.map(({ recall, micros }) => `${x(recall)},${y(micros)}`).join(' ') }))
    for (const { ef, recall, micros } of dots) {
      const dot = element('circle', { cx: x(recall), cy: y(micros), r: 3.5 })
      const title = element('title', {})
      title.textContent = `${name}, ef ${ef}: recall ${recall.toFixed(4)} at ${micros.toPrecision(3)} µs`
      dot.append(title)
      group.append(dot)
    }
    const end = ends[i]!
    group.append(
      element('path', { class: 'leader', d: `M${x(end.recall) + 5},${y(end.micros)} L${PLOT.right + 10},${places[i]}` }),
    )
    group.append(label(name, PLOT.right + 14, places[i]!, 'start'))
    svg.append(group)
  }
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

function label(text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): SVGElement {
  const made = element('text', { x, y, 'text-anchor': anchor, 'dominant-baseline': 'middle' })
  made.textContent = text
  return made
}
