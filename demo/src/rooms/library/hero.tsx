import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { canChooseFolders, chooseFiles, chooseFolder } from './files.ts'
import { HeroFigure } from './hero-figure.tsx'

interface Props {
  readonly sampleCount: number
  readonly readSamples: () => void
}

/** The first thing a stranger sees: what it does, that it stays here, and one thing to press. */
export function Hero({ sampleCount, readSamples }: Props) {
  const { hero } = words.value
  return (
    <section class="hero">
      <div class="hero-words">
        <h1>{hero.title}</h1>
        <p class="hero-lead">{hero.lead}</p>
        <p class="hero-promise">{hero.promise}</p>
        <p class="hero-first">
          <button type="button" class="button button-first" onClick={readSamples} disabled={sampleCount === 0}>
            {hero.sample}
          </button>
          <span class="small quiet">{sampleCount > 0 && hero.sampleNote(plain(sampleCount))}</span>
        </p>
        <p class="drop-zone">
          <span>{hero.drop}</span>
          <span class="small quiet">
            {hero.kinds} ·{' '}
            <button type="button" class="word" onClick={chooseFiles}>
              {hero.choose}
            </button>
            {canChooseFolders && (
              <>
                {' · '}
                <button type="button" class="word" onClick={chooseFolder}>
                  {hero.chooseFolder}
                </button>
              </>
            )}
          </span>
        </p>
      </div>
      <HeroFigure />
    </section>
  )
}
