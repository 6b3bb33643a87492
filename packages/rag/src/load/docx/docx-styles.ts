import type { XmlAttributes, XmlHandler } from '../xml.ts'

/** What a paragraph's style makes of it. */
export interface ParagraphStyle {
  /** 1 … 9 of a heading. */
  readonly level?: number | undefined
  readonly isTitle: boolean
  /** Whether it is a line of a table of contents. */
  readonly isContents: boolean
  readonly numbering?: Numbering | undefined
}

export interface Numbering {
  readonly id: string
  /** From 0. */
  readonly level: number
}

interface Style {
  name: string
  basedOn: string | undefined
  level: number | undefined
  numId: string | undefined
  numLevel: number | undefined
}

/** Styles may be based on others; longer chains are cut. */
const LONGEST_CHAIN = 20
const PLAIN: ParagraphStyle = { isTitle: false, isContents: false }

/** The styles of paragraphs, and the document's language. */
export class DocxStyles implements XmlHandler {
  language: string | undefined
  readonly #styles = new Map<string, Style>()
  readonly #resolved = new Map<string, ParagraphStyle>()
  #style: Style | undefined
  #default = ''

  open(name: string, attributes: XmlAttributes): void {
    const value = attributes.get('val')
    if (name === 'style') {
      this.#style = { name: '', basedOn: undefined, level: undefined, numId: undefined, numLevel: undefined }
      const id = attributes.get('styleId')
      if (id === undefined || attributes.get('type') !== 'paragraph') return
      this.#styles.set(id, this.#style)
      if (attributes.get('default') === '1' || attributes.get('default') === 'true') this.#default = id
    } else if (name === 'lang') this.language ??= value
    else if (this.#style === undefined || value === undefined) return
    else if (name === 'name') this.#style.name = value.toLowerCase()
    else if (name === 'basedOn') this.#style.basedOn = value
    else if (name === 'outlineLvl') this.#style.level = levelOf(value)
    else if (name === 'numId') this.#style.numId = value
    else if (name === 'ilvl') this.#style.numLevel = Number(value)
  }

  close(name: string): void {
    if (name === 'style') this.#style = undefined
  }

  text(): void {}

  of(id: string | undefined): ParagraphStyle {
    const key = id ?? this.#default
    const known = this.#resolved.get(key)
    if (known !== undefined) return known
    const style = this.#resolve(key)
    this.#resolved.set(key, style)
    return style
  }

  #resolve(id: string): ParagraphStyle {
    let style = this.#styles.get(id)
    if (style === undefined) return PLAIN
    const { name } = style
    let level: number | undefined
    let numId: string | undefined
    let numLevel: number | undefined
    for (let i = 0; style !== undefined && i < LONGEST_CHAIN; i++) {
      const heading = /^heading ([1-9])$/.exec(style.name)?.[1]
      level ??= heading === undefined ? style.level : Number(heading)
      numId ??= style.numId
      numLevel ??= style.numLevel
      style = style.basedOn === undefined ? undefined : this.#styles.get(style.basedOn)
    }
    return {
      level: level === 0 ? undefined : level,
      isTitle: name === 'title',
      isContents: /^(?:toc [1-9]|table of figures)$/.test(name),
      numbering: numId === undefined ? undefined : { id: numId, level: numLevel ?? (level === undefined ? 0 : level - 1) },
    }
  }
}

/** 1 … 9 of a heading; 0 where a paragraph says that it is none. */
export function levelOf(outline: string): number {
  const level = Number(outline)
  return level >= 0 && level <= 8 ? level + 1 : 0
}
