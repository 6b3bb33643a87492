// Of what is Orama's for thirty languages, two are packed with this package: see scripts/bundle-modules.mjs.
import { stemmer as english } from '@orama/stemmers/english'
import { stemmer as french } from '@orama/stemmers/french'

export const stemEnglish: (word: string) => string = english
export const stemFrench: (word: string) => string = french
