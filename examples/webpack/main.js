// npm install && npm start; npm run build makes dist/. webpack has to be told nothing about voisin.
import { openLibrary } from 'voisin'

const [question, said, hits, adding] = document.querySelectorAll('[id]')
const say = (text) => {
  said.textContent = text
}
for (const type of ['error', 'unhandledrejection']) addEventListener(type, (event) => say(event.message ?? event.reason.message))

const library = await openLibrary('notes')
// Those that are there already stay as they are.
await library.add(['Dough rises because yeast makes gas.', 'The spare key hangs behind the clock.', 'Tomatoes want sun.'])
say(`Notes kept in this browser: ${(await library.documents()).length}`)

function itemOf({ chunk: { text }, document: { id }, matches }, citations) {
  const item = document.createElement('li')
  const cited = citations.find(({ documentId }) => documentId === id)
  if (cited) item.append(`[${cited.number}] `)
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
  if (!asked.trim()) {
    hits.replaceChildren()
    return say('')
  }
  const [found, answer] = await Promise.all([library.search(asked), library.ask(asked, { refusal: 'The nearest notes:' })])
  if (asked !== question.value) return
  say(answer.text)
  hits.replaceChildren(...found.map((hit) => itemOf(hit, answer.citations)))
}
adding.onsubmit = async (event) => {
  event.preventDefault()
  const { failed } = await library.add(adding.note.value)
  if (failed[0]) throw failed[0].error
  adding.reset()
  say('Added.')
}
