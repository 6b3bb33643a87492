/**
 * Runs in the page: every visible text whose contrast with what is behind it is below `least`, as WCAG 2 computes it. Disabled
 * controls are exempt, as they are there.
 */
export function lowContrast(least: number): string[] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!

  function rgba(color: string): [number, number, number, number] {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = color
    context.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data
    return [r!, g!, b!, a! / 255]
  }

  function behind(element: Element | null): [number, number, number] {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a] = rgba(getComputedStyle(at).backgroundColor)
      if (a > 0.99) return [r, g, b]
    }
    return [255, 255, 255]
  }

  function luminance(color: readonly number[]): number {
    const [r, g, b] = color.map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }

  const low = new Set<string>()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim()
    const element = node.parentElement
    if (!text || !element?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    if (element.closest('.unseen, :disabled, noscript, script')) continue
    const { color, fill } = getComputedStyle(element)
    const ink = rgba(element instanceof SVGElement ? fill : color)
    const [dark, light] = [luminance(ink.slice(0, 3)), luminance(behind(element))].sort((a, b) => a - b)
    const contrast = (light! + 0.05) / (dark! + 0.05)
    if (contrast < least) low.add(`${contrast.toFixed(2)}: ${text.slice(0, 60)}`)
  }
  return [...low]
}
