// npm install && npm run dev. Next has to be told nothing about voisin, which opens where the page is shown, never on the server.
'use client'
import { useEffect, useState } from 'react'
import { openLibrary } from 'voisin'

async function openNotes() {
  const library = await openLibrary('notes')
  // Those that are there already stay as they are.
  await library.add(['Dough rises because yeast makes gas.', 'The spare key hangs behind the clock.', 'Tomatoes want sun.'])
  return library
}

function itemOf({ chunk, document, matches }, citations) {
  const before = (i) => chunk.text.slice(matches[i - 1]?.end ?? 0, matches[i]?.start)
  const marked = matches.map(({ start, end }, i) => [before(i), <mark key={start}>{chunk.text.slice(start, end)}</mark>])
  const cited = citations.find(({ documentId }) => documentId === document.id)
  return <li key={chunk.id}>{[cited && `[${cited.number}] `, ...marked, before(matches.length)]}</li>
}

export default function Notes() {
  const [library, setLibrary] = useState()
  const [{ text, citations = [], hits = [] }, show] = useState({})
  useEffect(() => {
    let isShown = true
    const opening = openNotes()
    opening.then((library) => isShown && setLibrary(library)).catch(({ message }) => show({ text: message }))
    return () => {
      isShown = false
      opening.then((library) => library.close()).catch(() => {})
    }
  }, [])
  const run = (work) => (event) => {
    event.preventDefault()
    work(event.currentTarget).catch(({ message }) => show({ text: message }))
  }
  const search = run(async (input) => {
    const asked = input.value
    if (!asked.trim()) return show({})
    const [hits, answer] = await Promise.all([library.search(asked), library.ask(asked, { refusal: 'The nearest notes:' })])
    if (asked === input.value) show({ ...answer, hits })
  })
  const add = run(async (form) => {
    const { failed } = await library.add(form.note.value)
    if (failed[0]) throw failed[0].error
    form.reset()
    show({ text: 'Added.' })
  })
  return (
    <fieldset disabled={!library}>
      <legend>Notes</legend>
      <input type="search" aria-label="Search or ask" placeholder="Search or ask" onChange={search} />
      <p role="status">{text ?? (library ? 'Kept in this browser.' : 'Opening…')}</p>
      <ul>{hits.map((hit) => itemOf(hit, citations))}</ul>
      <form onSubmit={add}>
        <textarea name="note" aria-label="New note" placeholder="New note" rows="3" required />
        <button type="submit">Add</button>
      </form>
    </fieldset>
  )
}
