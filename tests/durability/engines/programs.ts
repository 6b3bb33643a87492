import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'

/** The path of a program, also where root's programs lie; undefined when there is none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path))
}
