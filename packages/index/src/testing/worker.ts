import { helpBuilds } from '../helper.ts'

helpBuilds(self)
postMessage('ready')
