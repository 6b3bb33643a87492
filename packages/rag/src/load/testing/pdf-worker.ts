import { parsePdf } from '../pdf/parse-pdf.ts'

addEventListener('message', async ({ data }: MessageEvent<Uint8Array>) => {
  postMessage(await parsePdf(data, { name: 'paper.pdf' }).catch((error: unknown) => ({ text: String(error) })))
})
