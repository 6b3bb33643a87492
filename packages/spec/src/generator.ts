export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** Writes text from messages: a local or remote language model behind one method. */
export interface Generator {
  /** Yields the text in pieces, in order. Ends when the text does; throws the signal's reason when aborted. */
  generate(messages: readonly Message[], options?: { readonly signal?: AbortSignal }): AsyncIterable<string>
}
