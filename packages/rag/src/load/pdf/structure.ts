/** A part of a tagged page, in the order in which it is read. */
export interface Element {
  /** As the standard names it: `P`, `H1`, `LI`, `TR`, … */
  readonly role: string
  readonly children: readonly (Element | Mark)[]
}

/** Where text of the page hangs in its structure. */
export interface Mark {
  readonly mark: string
}

/** Deeper than any writer nests, and no deeper than this is read. */
const DEEPEST = 64

interface Node {
  readonly role?: unknown
  readonly children?: unknown
  readonly type?: unknown
  readonly id?: unknown
}

/** The structure as pdf.js gives it, or nothing. */
export function readTree(root: unknown): readonly Element[] {
  return root ? childrenOf(root as Node, 0).filter((child): child is Element => 'role' in child) : []
}

function childrenOf({ children }: Node, depth: number): (Element | Mark)[] {
  if (!Array.isArray(children) || depth > DEEPEST) return []
  return children.flatMap((child: Node): (Element | Mark)[] => {
    if (child.type === 'content' && typeof child.id === 'string') return [{ mark: child.id }]
    if (typeof child.role !== 'string') return []
    return [{ role: child.role, children: childrenOf(child, depth + 1) }]
  })
}
