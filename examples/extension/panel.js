import { openLibrary } from 'voisin'

const [question, said, hits, adding] = document.querySelectorAll('[id]')
const say = (text) => {
  said.textContent = text
}
for (const type of ['error', 'unhandledrejection']) addEventListener(type, (event) => say(event.message ?? event.reason.message))

const library = await openLibrary('notes')
say('Notes are kept in this browser.')

function itemOf({ chunk: { text }, matches }) {
  const item = document.createElement('li')
  let at = 0
  for (const { start, end } of matches) {
    const mark = document.createElement('mark')
    mark.append(text.slice(start, end))
    item.append(text.slice(at, start), mark)
    at = end
  }
  item.append(text.slice(at))
  return item
}
question.oninput = async () => {
  const asked = question.value
  const found = asked.trim() ? await library.search(asked) : []
  if (asked === question.value) hits.replaceChildren(...found.map(itemOf))
}
adding.onsubmit = async (event) => {
  event.preventDefault()
  const { failed } = await library.add(adding.note.value)
  if (failed[0]) throw failed[0].error
  adding.reset()
  say('Added.')
}
