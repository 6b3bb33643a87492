import type { Engine } from './engines/engine.ts'

/** One way of writing and ending. */
export interface Configuration {
  readonly key: string
  readonly engine: Engine
  readonly mode: 'kill' | 'cut'
  readonly subject: 'collection' | 'library'
  readonly durability: 'power' | 'process'
  /** How many kills or cuts it is to see. */
  readonly target: number
}

export interface Totals {
  readonly kills: number
  readonly cuts: number
}

/** Every combination, with the totals spread evenly. */
export function configurationsOf(engines: readonly Engine[], { kills, cuts }: Totals): Configuration[] {
  const ways = (['collection', 'library'] as const).flatMap((subject) =>
    (['power', 'process'] as const).map((durability) => ({ subject, durability })),
  )
  return (['kill', 'cut'] as const).flatMap((mode) => {
    const all = ways.flatMap((way) => engines.map((engine) => ({ ...way, engine })))
    const total = mode === 'kill' ? kills : cuts
    return all.map(({ engine, subject, durability }, at) => ({
      key: `${engine.name} ${mode} ${subject} ${durability}`,
      engine,
      mode,
      subject,
      durability,
      target: Math.floor(total / all.length) + (at < total % all.length ? 1 : 0),
    }))
  })
}
