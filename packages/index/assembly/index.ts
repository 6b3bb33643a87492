export { distances, scan } from './scan'
