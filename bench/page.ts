import { drawCurves } from './chart/curves.ts'
import { linesOf } from './chart/lines.ts'
import type { Row, Suite, SuiteOptions, SuiteTools } from './suite.ts'

declare global {
  interface Window {
    /** Set by run.mjs: CPU time of the browser's renderers, in ms. */
    voisinCpuMs?: () => Promise<number>
    /** Called by run.mjs. */
    voisinBench?: (suite: string, options: SuiteOptions) => Promise<{ rows: Row[]; columns: readonly string[] }>
  }
}

// A suite is a file: dropped into one of these places it is there, under the name of its file or folder.
const FILES = import.meta.glob<{ suite: Suite }>(['./suites/*.ts', './*/suite.ts'])
const SUITES = new Map(
  Object.entries(FILES).map(([path, load]) => [path.replace(/^\.\/(suites\/)?/, '').replace(/(\/suite)?\.ts$/, ''), load]),
)

const status = document.querySelector<HTMLElement>('#status')!
const head = document.querySelector<HTMLElement>('#head')!
const body = document.querySelector<HTMLElement>('#body')!
const chart = document.querySelector<SVGSVGElement>('#chart')!
const form = document.querySelector<HTMLFormElement>('#form')!

async function runSuite(name: string, options: SuiteOptions): Promise<{ rows: Row[]; columns: readonly string[] }> {
  const load = SUITES.get(name)
  if (!load) throw new Error(`There is no suite "${name}": ${[...SUITES.keys()].join(', ')}.`)
  const { suite } = await load()
  head.replaceChildren(cells('th', suite.columns))
  body.replaceChildren()
  showCurves([])
  const rows = await suite.run(options, tools(suite))
  status.textContent = `Done: ${name}.`
  return { rows, columns: suite.columns }
}

function tools(suite: Suite): SuiteTools {
  const { voisinCpuMs } = window
  return {
    measuresCpu: voisinCpuMs !== undefined,
    cpuMs: voisinCpuMs ?? (async () => performance.now()),
    progress: (text) => {
      status.textContent = text
      console.info(text)
    },
    row: (row) =>
      body.append(
        cells(
          'td',
          suite.columns.map((column) => row[column] ?? ''),
        ),
      ),
    preview: showCurves,
  }
}

function showCurves(rows: readonly Row[]): void {
  const lines = linesOf(rows)
  // Rows of another kind than those of a graph leave its curves alone.
  if (rows.length > 0 && lines.length === 0) return
  drawCurves(chart, lines)
  chart.parentElement!.hidden = lines.length === 0
}

function cells(tag: 'td' | 'th', texts: readonly unknown[]): HTMLTableRowElement {
  const line = document.createElement('tr')
  for (const text of texts) {
    const cell = document.createElement(tag)
    cell.textContent = typeof text === 'number' ? text.toLocaleString('en', { maximumSignificantDigits: 5 }) : String(text)
    if (typeof text === 'number') cell.className = 'number'
    line.append(cell)
  }
  return line
}

const choice = document.querySelector<HTMLSelectElement>('#suites')!
choice.replaceChildren(...[...SUITES.keys()].map((name) => new Option(name, name, name === 'index', name === 'index')))
form.addEventListener('submit', (event) => {
  event.preventDefault()
  const data = new FormData(form)
  const number = (name: string) => Number(data.get(name)) || undefined
  const button = form.querySelector('button')!
  button.disabled = true
  runSuite(String(data.get('suite')), {
    quick: true,
    n: number('n'),
    k: number('k'),
    rounds: number('rounds'),
    data: undefined,
    dim: undefined,
    engine: String(data.get('engine')).trim() || undefined,
    rows: undefined,
    ef: undefined,
    set: undefined,
    model: undefined,
    weights: false,
  })
    .catch((error: unknown) => {
      status.textContent = String(error)
    })
    .finally(() => {
      button.disabled = false
    })
})
window.voisinBench = runSuite
