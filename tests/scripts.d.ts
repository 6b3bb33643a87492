declare module '*/scripts/find-browser.mjs' {
  /** The browser to test with: VOISIN_BROWSER, else an installed Chrome or Chromium, else Playwright's own, else undefined. */
  export function findBrowser(): Promise<string | undefined>
  /** What every headless browser here is started with. */
  export const BROWSER_ARGUMENTS: string[]
}

declare module '*/scripts/workspace-vite.mjs' {
  /** What makes Vite take the workspace's packages from source. */
  export const conditions: string[]
  /** Dependencies that Vite must know from the start. */
  export const dependencies: string[]
}
