// Characters that a reader does not see but a language model reads: zero-width and bidirectional controls, tags, variation
// selectors, and control characters other than tab and line feed. They can carry text to the model that nobody saw in the document.
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb]/gu

/**
 * A document's text as a language model may see it: without hidden characters, and without what looks like the marks that passages
 * and citations are told by. It reduces the risk of a document speaking to the model; it does not remove it.
 */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(HIDDEN, '')
    .replace(/<{2,}|>{2,}/g, (marks) => [...marks].join(' '))
    .replace(/\[(\d{1,3})\]/g, '($1)')
}
