// For realms that may load nothing later, as service workers: importing this brings along what reads text files, and guesses their encoding.
import { lateDetection } from './load/decode-text.ts'
import * as detection from './load/detect-encoding.ts'
import { lateReaders } from './load/read-file.ts'
import * as readers from './load/read-text.ts'

lateDetection.give(detection)
lateReaders.give(readers)
