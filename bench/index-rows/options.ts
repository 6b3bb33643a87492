import { ROW_GROUPS, type RowGroup } from '../index-engines/engine.ts'
import type { SuiteOptions } from '../suite.ts'

const QUICK_EFS = [16, 24, 32, 48, 64, 96, 128]
const EFS = [...QUICK_EFS, 192, 256]
/** Beyond, one copy of the vectors is all that fits: one engine alone is measured. */
const LARGE_POINTS = 200_000
const QUERIES = 1_000
/** Of a million points the truth takes long for each query. */
const LARGE_QUERIES = 300

export interface Chosen {
  readonly n: number
  readonly isLarge: boolean
  readonly queryCount: number
  readonly groups: readonly RowGroup[]
  readonly k: number
  readonly rounds: number
  readonly efs: readonly number[]
}

/** What is measured, for each number of points. */
export function chosen(options: SuiteOptions): Chosen[] {
  const { quick, k = 10, rounds = 5 } = options
  const sizes = options.n ? [options.n] : quick ? [100_000] : [10_000, 100_000]
  return sizes.map((n) => {
    const isLarge = n > LARGE_POINTS
    return {
      n,
      isLarge,
      queryCount: isLarge ? LARGE_QUERIES : QUERIES,
      groups: rowGroups(options.rows) ?? (quick || isLarge ? ['build', 'search'] : ROW_GROUPS),
      k,
      rounds,
      efs: numbers(options.ef) ?? (quick ? QUICK_EFS : EFS),
    }
  })
}

function rowGroups(names: string | undefined): RowGroup[] | undefined {
  return names?.split(',').map((name) => {
    const group = ROW_GROUPS.find((known) => known === name)
    if (!group) throw new Error(`There are no rows "${name}": ${ROW_GROUPS.join(', ')}.`)
    return group
  })
}

function numbers(list: string | undefined): number[] | undefined {
  return list?.split(',').map((text) => {
    const number = Number(text)
    if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--ef takes positive integers, not "${text}".`)
    return number
  })
}

/** The columns of the printed tables; a table leaves out those it has nothing for. */
export const COLUMNS: readonly string[] = [
  'engine',
  'mode',
  'data',
  'n',
  'ef',
  'selectivity',
  'path',
  'recall',
  'cpuMicrosPerQuery',
  'baselineCpuMicrosPerQuery',
  'ratioToBaseline',
  'readOff',
  'cpuMicrosPerAdd',
  'baselineCpuMicrosPerAdd',
  'addRatioToBaseline',
  'buildCpuMs',
  'baselineBuildCpuMs',
  'buildRatioToBaseline',
  'baseline',
  'bytesPerVector',
  'memoryBytes',
  'moduleBrotliBytes',
  'wallMicrosPerQuery',
  'dim',
  'k',
  'rounds',
  'cpuSeconds',
]
