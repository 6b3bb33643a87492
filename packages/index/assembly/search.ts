import { prepareNode } from './row'
import { entryNode, NO_NODE, row, topLevel, visited } from './space'
import { descend, seedPool, walk } from './walk'

/**
 * Walks the graph with the query prepared in `row`; keeps the `ef` nearest nodes as sorted keys at `pool` and returns how many.
 *
 * @param without A node that is walked past as if it were not there, or NO_NODE: then its own vector asks like one that is not in the index.
 */
export function searchGraph(ef: u32, count: u32, pool: usize, without: u32): u32 {
  const entry = entryNode()
  if (entry == NO_NODE) return 0
  const start = descend(pool, row, entry, topLevel(), 0, count)
  const epoch = seedPool(pool, row, start, count)
  if (without != NO_NODE) store<u8>(visited + without, epoch)
  return walk(pool, 1, row, ef, 0, epoch)
}

/** The same with a node's code for a query; the node is walked past. */
export function searchNode(node: u32, ef: u32, count: u32, pool: usize): u32 {
  prepareNode(node, row)
  return searchGraph(ef, count, pool, node)
}
