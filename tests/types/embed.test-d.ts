// Compiled with the rest, never run: the code of the documentation, and what the compiler must refuse.
import { createEmbedder, modelSource, type TextEmbedder } from '@voisin/embed'
import { xenova } from '@voisin/embed/xenova'
import { miniModel } from '@voisin/mini'
import { StaticModel } from '@voisin/mini/static'
import type { Embedder, ModelSource, OnnxModelSource, StaticModelSource } from '@voisin/spec'
import { expectTypeOf } from 'vitest'

export async function models(): Promise<void> {
  expectTypeOf(miniModel).toEqualTypeOf<StaticModelSource>()
  const embedder = await createEmbedder({ model: miniModel })
  expectTypeOf(embedder).toEqualTypeOf<TextEmbedder>()
  expectTypeOf(await embedder.knows(['word'])).toEqualTypeOf<boolean[]>()
  // @ts-expect-error Of any embedder only some can tell.
  const anyone = async (any: Embedder) => await any.knows(['word'])
  expectTypeOf(anyone).returns.resolves.toEqualTypeOf<readonly boolean[]>()

  const model = modelSource('Xenova/all-MiniLM-L6-v2', '/models/minilm/')
  expectTypeOf(model).toExtend<OnnxModelSource>()
  await createEmbedder({ model, runtime: xenova })
  // @ts-expect-error A runtime is a value: a name would make every bundler look for it.
  await createEmbedder({ model, runtime: 'xenova' })
}

export function files(source: ModelSource): void {
  if (source.format === 'static') expectTypeOf(source.files.model).toEqualTypeOf<URL | string | Uint8Array>()
  else expectTypeOf(source.files.tokenizer).toEqualTypeOf<URL | string>()
}

export function read(bytes: Uint8Array, vector: Float32Array): void {
  const model = StaticModel.from(bytes, { isVerified: true })
  expectTypeOf(model.embedInto('text', 512, vector, 0)).toEqualTypeOf<'whole' | 'cut' | 'empty'>()
  expectTypeOf(model.words('text')[0]!.start).toBeNumber()
}
