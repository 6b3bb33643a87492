import { useEffect, useState } from 'preact/hooks'
import { words } from '../i18n/index.ts'
import { takeDropped } from '../rooms/library/files.ts'
import { enter } from '../route.ts'
import { Motif } from './motif.tsx'
import './drop-target.css'

/** The whole page takes files and folders. */
export function DropTarget() {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const end = new AbortController()
    // Entering a child leaves its parent: only the balance of both says whether the pointer is over the page.
    let depth = 0
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      addEventListener(
        type,
        (event) => {
          if (!carriesFiles(event)) return
          event.preventDefault()
          listener(event)
        },
        { signal: end.signal },
      )
    on('dragenter', () => setOver(++depth > 0))
    on('dragleave', () => setOver(--depth > 0))
    on('dragover', () => {})
    on('drop', (event) => {
      depth = 0
      setOver(false)
      enter('library')
      if (event.dataTransfer) void takeDropped(event.dataTransfer)
    })
    return () => end.abort()
  }, [])
  if (!isOver) return null
  return (
    <div class="drop-target">
      <Motif kind="working" neighbours={[]} />
      <p>{words.value.library.dropHere}</p>
    </div>
  )
}
