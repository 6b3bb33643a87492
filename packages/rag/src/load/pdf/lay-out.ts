import { type Block, blocksOf, type Table } from './blocks.ts'
import { findFurniture } from './furniture.ts'
import { LineJoiner } from './hyphens.ts'
import { type Line, linesOf } from './lines.ts'
import type { Page } from './read-page.ts'
import { regionsOf } from './regions.ts'
import { styleOf } from './style.ts'
import { taggedParts } from './tagged.ts'

/**
 * From what is written on pages to what is read.
 * @param recognised What was read from pictures of pages, by page number.
 * @returns How many lines were left out as running heads and feet, too.
 */
export function layOut(
  pages: readonly Page[],
  recognised: ReadonlyMap<number, string>,
): { readonly blocks: Block[]; readonly furnitureCount: number } {
  const furniture = findFurniture(
    pages.map(({ directions, height }) => ({ runs: directions[0]?.runs ?? [], height: directions[0]?.height ?? height })),
  )
  const kept = pages.map(({ directions }, index) =>
    directions.map(({ runs }) => runs.filter((run) => !furniture[index]!.has(run))),
  )
  const tagged = pages.map((page, index) => (page.structure.length > 0 ? taggedParts(page, kept[index]!.flat()) : undefined))
  const regions = regionsOf(kept.map(([main = []], index) => (tagged[index] ? [] : main)))
  const parts: (Line | Table)[] = []
  let furnitureCount = 0
  for (const [index, { number }] of pages.entries()) {
    const [, ...others] = kept[index]!
    const dropped = furniture[index]!
    if (tagged[index]) {
      parts.push(...tagged[index])
      for (const run of kept[index]!.flat()) if (run.isArtifact) dropped.add(run)
    } else {
      for (const region of regions[index]!) parts.push(...linesOf(region, number))
      // What is written across the page is not set in its columns.
      for (const region of regionsOf(others).flat()) parts.push(...linesOf(region, number))
    }
    furnitureCount += new Set([...dropped].map(({ y }) => Math.round(y))).size
  }
  const lines = parts.filter((part): part is Line => 'row' in part)
  const style = styleOf(lines)
  const joiner = new LineJoiner(lines.map(({ text }) => text))
  const blocks = blocksOf(parts, style, joiner)
  return { blocks: recognised.size === 0 ? blocks : withRecognised(blocks, recognised), furnitureCount }
}

/** With the texts of pictures in the places of their pages. */
function withRecognised(blocks: readonly Block[], recognised: ReadonlyMap<number, string>): Block[] {
  const read = [...recognised].flatMap(([page, text]) =>
    text.split(/\n\s*\n/).map((paragraph): Block => ({ kind: 'paragraph', level: 0, parts: [{ page, text: paragraph.trim() }] })),
  )
  return [...blocks, ...read].sort((a, b) => a.parts[0]!.page - b.parts[0]!.page)
}
