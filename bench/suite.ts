/** What a suite is asked for; what is not named takes the suite's own default. */
export interface SuiteOptions {
  /** Smaller and faster; for a look, not for a figure. */
  readonly quick: boolean
  /** How many times each engine is measured, in turn with the others. */
  readonly rounds: number | undefined
  /** How many points. */
  readonly n: number | undefined
  /** How many neighbours. */
  readonly k: number | undefined
  /** Which data: a name the suite knows. */
  readonly data: string | undefined
  /** How many dimensions, where the data are made up. */
  readonly dim: number | undefined
  /** Which engines, by name, with commas between. */
  readonly engine: string | undefined
  /** Which kinds of rows, by name, with commas between. */
  readonly rows: string | undefined
  /** How many candidates a search through a graph looks at: numbers with commas between. */
  readonly ef: string | undefined
  /** Which judged sets, by name, with commas between. */
  readonly set: string | undefined
  /** Which models, by name, with commas between. */
  readonly model: string | undefined
  /** Whether fixed weights of meaning against words are measured beside the product's own. */
  readonly weights: boolean
}

/** One line of a result: a name to a number, text or truth. Units are in the names. */
export type Row = Readonly<Record<string, string | number | boolean | undefined>>

/** What the page lends to a suite. */
export interface SuiteTools {
  /**
   * CPU time of all renderer processes so far, in ms: steps of 10. Where nobody can tell (a page opened by hand), wall time.
   * On a busy machine wall time measures the neighbours.
   */
  cpuMs(): Promise<number>
  /** Whether `cpuMs` is CPU time. */
  readonly measuresCpu: boolean
  /** Says what is going on. */
  progress(text: string): void
  /** Shows a row as soon as it is known. */
  row(row: Row): void
  /** Rows of a measurement that still goes on, all of them anew each time: a chart follows them. */
  preview(rows: readonly Row[]): void
}

/** A suite: `bench/suites/<name>.ts` or `bench/<name>/suite.ts`, exporting `suite`. */
export interface Suite {
  /** The columns of the printed table, in order; the JSON holds everything. */
  readonly columns: readonly string[]
  run(options: SuiteOptions, tools: SuiteTools): Promise<Row[]>
}
