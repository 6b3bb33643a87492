/**
 * The links of a graph, apart from any index: what a build gives, and what is read back. Its nodes are called as whoever made it likes; all
 * that stands behind a node's last link is left over from others.
 */
export interface Links {
  /** All nodes, in an order in which near ones stand together. */
  readonly order: Uint32Array
  /** On level 0: room for m0 links of each node, and how many there are. */
  readonly links: Uint32Array
  readonly linkCounts: Uint8Array
  /** The highest level of each node. */
  readonly levels: Uint8Array
  /** The first of its records, for each node of level 1 or above: one a level, from 1 on. */
  readonly uppers: Uint32Array
  /** Records of the upper levels: how many links, and room for m of them. */
  readonly arena: Uint32Array
  readonly records: number
  /** Where walks begin: a node of the highest level there is. */
  readonly entry: { readonly node: number; readonly level: number }
}
