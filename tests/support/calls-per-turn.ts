import { vi } from 'vitest'

/**
 * How often `work` calls what it is given, turn by turn of this thread, idle turns included. The clock it sees goes a millisecond further
 * at each look.
 */
export async function callsPerTurn(work: (called: () => void) => Promise<unknown>): Promise<number[]> {
  const turns = [0]
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    turns.push(0)
    port2.postMessage(null)
  }
  port2.postMessage(null)
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++)
  await work(() => void turns[turns.length - 1]!++)
  clock.mockRestore()
  port1.close()
  return turns
}
