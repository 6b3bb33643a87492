const LINE_FEED = 10
const QUOTE = 62
const FROM = [70, 114, 111, 109, 32]

/** The messages of a mailbox: each begins after a line of "From " and its sender, and where a text has such a line, a ">" stands before it. */
export function splitMbox(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = []
  let start = -1
  const end = (at: number) => {
    if (start >= 0 && at > start) messages.push(unquoted(bytes.subarray(start, at)))
  }
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(LINE_FEED, at) + 1 || bytes.length
    const isAfterBlank = at === 0 || isBlankBefore(bytes, at)
    if (isAfterBlank && FROM.every((byte, index) => bytes[at + index] === byte)) {
      end(at)
      start = next
    }
    at = next
  }
  end(bytes.length)
  return messages
}

function isBlankBefore(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 2] === 13 ? at - 3 : at - 2
  return bytes[before] === LINE_FEED
}

/** Lines that begin with ">From ", ">>From " and so on lose the first sign. */
function unquoted(message: Uint8Array): Uint8Array {
  const drops: number[] = []
  for (let at = 0; at < message.length; at = message.indexOf(LINE_FEED, at) + 1 || message.length) {
    let from = at
    while (message[from] === QUOTE) from++
    if (from > at && FROM.every((byte, index) => message[from + index] === byte)) drops.push(at)
  }
  if (drops.length === 0) return message
  const plain = new Uint8Array(message.length - drops.length)
  let [read, written] = [0, 0]
  for (const drop of [...drops, message.length]) {
    plain.set(message.subarray(read, drop), written)
    written += drop - read
    read = drop + 1
  }
  return plain
}
