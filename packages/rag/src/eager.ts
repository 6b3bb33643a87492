// For realms that may load nothing later, as service workers: importing this brings along what guesses the encoding of text files.
import { lateDetection } from './load/decode-text.ts'
import * as detection from './load/detect-encoding.ts'

lateDetection.give(detection)
