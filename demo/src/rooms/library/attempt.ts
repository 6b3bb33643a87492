import { type Signal, signal } from '@preact/signals'

/** What the last thing that was asked of the list has failed with. */
export const failure: Signal<unknown> = signal(undefined)

/** Does something that nobody waits for; the room says what became of it when it fails. Resolves to whether it was done. */
export async function attempt(act: () => Promise<void>): Promise<boolean> {
  failure.value = undefined
  try {
    await act()
    return true
  } catch (error) {
    failure.value = error
    return false
  }
}
