import type { Document } from '@voisin/spec'
import type { SeededRandom } from '../../../packages/store/src/testing/simulation/seeded-random.ts'

export const IDS: readonly string[] = ['a.md', 'b.md', 'c.md', 'd.md']
const WORDS = ['apple', 'pear', 'plum', 'cherry', 'quince', 'grape', 'fig']

/** A document of some sections, some of which other versions and other documents have too. */
export function drawDocument(id: string, version: number, random: SeededRandom): Document {
  // Some long enough for drafts.
  const count = random.chance(0.2) ? random.between(30, 70) : random.between(1, 12)
  const sections = Array.from({ length: count }, (_, part) => {
    const isShared = random.chance(0.5)
    return `## Part ${part}\n${isShared ? 'Shared' : `Version ${version} of ${id}`} ${random.pick(WORDS)} ${part}.`
  })
  return { id, text: sections.join('\n\n'), metadata: { version, folder: random.pick(['old', 'new']) } }
}
