import { type Signal, signal } from '@preact/signals'
import { words } from '../../i18n/index.ts'
import { tell } from '../../offers.ts'
import { filesIn, isHidden } from './folders.ts'
import { takeIn } from './ingest.ts'

/** Whether the files of a dropped folder are being looked for. */
export const isLooking: Signal<boolean> = signal(false)

/** Whether folders can be chosen here; some phones have none to choose from. */
export const canChooseFolders: boolean = 'webkitdirectory' in HTMLInputElement.prototype

/** Opens the system's file dialog. */
export function chooseFiles(): void {
  choose({ multiple: true })
}

/** The same for a folder, with all that is in it. */
export function chooseFolder(): void {
  choose({ webkitdirectory: true })
}

function choose(kind: Pick<Partial<HTMLInputElement>, 'multiple' | 'accept' | 'webkitdirectory'>): void {
  const input = document.createElement('input')
  Object.assign(input, { type: 'file' }, kind)
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    takeFiles(files.filter(({ webkitRelativePath }) => !isHidden(webkitRelativePath)))
  })
  input.click()
}

/** Takes in what was dropped: files, and folders with all that is in them. */
export async function takeDropped({ items, files }: DataTransfer): Promise<void> {
  // Both are readable only until the drop has been heard.
  const entries = [...items].map((item) => item.webkitGetAsEntry())
  const plain = [...files]
  if (!entries.some((entry) => entry?.isDirectory)) return takeIn(plain)
  isLooking.value = true
  const found: File[] = []
  for (const entry of entries) if (entry) found.push(...(await filesIn(entry)))
  isLooking.value = false
  takeFiles(found)
}

function takeFiles(files: readonly File[]): void {
  if (files.length === 0) tell(() => words.value.library.noFiles)
  void takeIn(files)
}
