declare module '*/kinds.mjs' {
  export function kindOf(text: string): string | undefined
  export function tokensOf(text: string): string[]
  export function keyOf(text: string): string
}

declare module '*/troff.mjs' {
  export function isManPage(source: string): boolean
  export function toMarkdown(source: string): string
  export function boldOf(source: string): string
}
