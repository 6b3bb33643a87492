import { expect, test } from 'vitest'
import type { Row } from '../suite.ts'
import { drawCurves } from './curves.ts'
import { linesOf } from './lines.ts'
import { firstRecall, logTicks, spread } from './scale.ts'

const row = (engine: string, ef: number | undefined, recall: number, cpuMicrosPerQuery: number): Row => {
  return { row: 'search', engine, mode: 'hnsw', ef, recall, cpuMicrosPerQuery }
}

test('each engine and mode is a line, in the order of ef; a summary is none', () => {
  const lines = linesOf([row('a', 32, 0.98, 40), row('b', 16, 0.9, 300), row('a', 16, 0.95, 30), row('a', undefined, 0.99, 50)])
  expect(lines.map(({ name, dots }) => [name, dots.map(({ ef }) => ef)])).toEqual([
    ['a hnsw', [16, 32]],
    ['b hnsw', [16]],
  ])
})

test('scales hold all values', () => {
  expect(firstRecall([0.962, 0.999])).toBe(0.95)
  expect(firstRecall([0.31, 0.999])).toBe(0.3)
  expect(firstRecall([1])).toBe(0.95)
  expect(logTicks(30, 900)).toEqual([20, 50, 100, 200, 500, 1000])
  expect(logTicks(100, 100)).toEqual([100, 200])
  const [a, b, c] = spread([100, 101, 200], 18) as [number, number, number]
  expect([b - a >= 18, c]).toEqual([true, 200])
})

test('all lines, dots and names are drawn inside the picture', () => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const lines = linesOf([row('a', 16, 0.9, 30), row('a', 32, 1, 60), row('b', 16, 0.95, 300), row('b', 32, 0.99, 301)])
  drawCurves(svg, lines)
  expect(svg.querySelectorAll('polyline').length).toBe(2)
  const circles = Array.from(svg.querySelectorAll('circle'), (circle) => [
    Number(circle.getAttribute('cx')),
    Number(circle.getAttribute('cy')),
  ])
  expect(circles.length).toBe(4)
  const [, , width, height] = svg.getAttribute('viewBox')!.split(' ').map(Number) as [number, number, number, number]
  for (const [x, y] of circles) expect(x! > 0 && x! < width && y! > 0 && y! < height).toBe(true)
  expect(svg.textContent).toContain('b hnsw')
  drawCurves(svg, [])
  expect(svg.childElementCount).toBe(0)
})
