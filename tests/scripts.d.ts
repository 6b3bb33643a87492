declare module '*/scripts/find-browser.mjs' {
  /** The browser to test with: VOISIN_BROWSER, else an installed Chrome or Chromium, else Playwright's own, else undefined. */
  export function findBrowser(): Promise<string | undefined>
  /** What every headless browser here is started with. */
  export const BROWSER_ARGUMENTS: string[]
}
