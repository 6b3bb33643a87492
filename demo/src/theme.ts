import { effect, type Signal, signal } from '@preact/signals'

export type Theme = 'light' | 'dark'

const KEPT = 'voisin-demo.theme'
const system = matchMedia('(prefers-color-scheme: dark)')

const kept = localStorage.getItem(KEPT)
const chosen: Signal<Theme | undefined> = signal(kept === 'light' || kept === 'dark' ? kept : undefined)
const systemTheme: Signal<Theme> = signal(system.matches ? 'dark' : 'light')
system.addEventListener('change', () => {
  systemTheme.value = system.matches ? 'dark' : 'light'
})

/** Follows the system until someone chooses; then the choice stays. */
export function theme(): Theme {
  return chosen.value ?? systemTheme.value
}

effect(() => {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value
})

export function switchTheme(): void {
  chosen.value = theme() === 'dark' ? 'light' : 'dark'
  localStorage.setItem(KEPT, chosen.value)
}
