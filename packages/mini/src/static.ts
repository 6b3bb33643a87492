export { StaticModel, type Word } from './static-model.ts'
