/** What a system or a tool keeps beside one's files begins with a dot, and nobody means it when they give a folder. */
export function isHidden(path: string): boolean {
  return path.includes('/.')
}

/** All files of a folder, at any depth, or the one file that this is. */
export async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  const path = entry.fullPath.slice(1)
  if (isHidden(path)) return []
  try {
    if (entry.isFile) return [named(await fileOf(entry as FileSystemFileEntry), path)]
    const files: File[] = []
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) files.push(...(await filesIn(child)))
    return files
  } catch (error) {
    // One that cannot be opened is told of with the others: reading it fails with what the browser said.
    const unreadable = new File([], entry.name)
    return [named(Object.assign(unreadable, { arrayBuffer: () => Promise.reject(error) }), path)]
  }
}

/** As a file is that was chosen with its folder: that path is its id. */
function named(file: File, path: string): File {
  return path.includes('/') ? Object.defineProperty(file, 'webkitRelativePath', { value: path }) : file
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function childrenOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    // It gives a hundred at a time, and none when it is done.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return children
    children.push(...some)
  }
}
