/** One setting of an index: what it finds, and what that costs. */
export interface Setting {
  readonly ef: number
  readonly recall: number
  readonly cost: number
}

/** What a recall costs, read off between two settings that were measured. */
export interface CostAtRecall {
  readonly cost: number
  /** The settings it lies between; the same twice where the first one already finds as much or more: then it costs at most that. */
  readonly between: readonly [Setting, Setting]
}

/**
 * The cost at a recall: the logarithm of the cost, linear in recall, between the first setting (in the order of ef) that reaches it and
 * the one before. Undefined where none reaches it.
 */
export function costAtRecall(settings: readonly Setting[], recall: number): CostAtRecall | undefined {
  const ordered = settings.toSorted((a, b) => a.ef - b.ef)
  const at = ordered.findIndex((setting) => setting.recall >= recall)
  const above = ordered[at]
  if (above === undefined) return undefined
  const below = ordered[at - 1] ?? above
  const share = below === above ? 1 : (recall - below.recall) / (above.recall - below.recall)
  return { cost: below.cost * (above.cost / below.cost) ** share, between: [below, above] }
}
