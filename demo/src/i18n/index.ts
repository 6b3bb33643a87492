import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { en, type Messages } from './en.ts'
import { fr } from './fr.ts'

export type { Messages } from './en.ts'

export type Language = 'en' | 'fr'

const KEPT = 'voisin-demo.language'

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'en' || kept === 'fr') return kept
  return navigator.languages.find((tag) => /^(en|fr)\b/.test(tag))?.startsWith('fr') ? 'fr' : 'en'
}

/** Follows the browser until someone chooses; then the choice stays. */
export const language: Signal<Language> = signal(firstLanguage())

/** Every sentence of the page, in the language of now. */
export const words: ReadonlySignal<Messages> = computed(() => (language.value === 'fr' ? fr : en))

effect(() => {
  document.documentElement.lang = language.value
})

export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'fr' : 'en'
  localStorage.setItem(KEPT, language.value)
}
