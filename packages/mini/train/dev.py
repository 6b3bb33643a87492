"""What choices are made on: searches made of texts that were left out of training, and STS-B's English development pairs."""

import numpy as np

from inputs import Inputs
from model_file import Encoder
from score import Score, score_search, score_stsb
from texts import Pair, Texts, cut_sentences, held_out

Search = tuple[list[str], list[str], list[dict[int, int]]]
STSB = 'STS-B en-dev'
# Of the descriptions of Debian's packages.
DESCRIPTIONS = 6000
DESCRIPTION_QUERIES = 3000
SHORTEST_DESCRIPTION = 12


def score_dev(encoder: Encoder, texts: Texts, inputs: Inputs) -> dict[str, Score]:
    with inputs.phase('train'):
        searches = {
            'papers': papers(texts),
            'abstracts': sentences(texts.papers),
            'sheets': sentences(texts.sheets),
            'help': help_pages(texts),
            'packages en': packages(texts, 'en'),
            'packages fr': packages(texts, 'fr'),
        }
    scores = {name: score_search(encoder, *search) for name, search in searches.items()}
    with inputs.phase('choose'):
        return scores | {STSB: score_stsb(encoder, inputs, 'en-dev')}


def dev_mean(scores: dict[str, Score]) -> float:
    """Two thirds for the searches, one for STS-B, as in the mean that is reported."""
    searches = [score.value for name, score in scores.items() if name != STSB]
    return float(2 / 3 * np.mean(searches) + scores[STSB].value / 3)


def papers(texts: Texts) -> Search:
    """From the title of a paper to its abstract."""
    documents = [text for _, text in texts.papers]
    place_of = {text: place for place, text in enumerate(documents)}
    left_out = held_out(texts.papers)
    return [title for title, _ in left_out], documents, [{place_of[text]: 1} for _, text in left_out]


def sentences(articles: list[Pair]) -> Search:
    """From a sentence to the passage it was taken out of; most of its words are not there."""
    documents, queries, wanted = [], [], []
    left_out = {title for title, _ in held_out(articles)}
    for title, text in articles:
        parts = cut_sentences(text)
        for start in range(0, len(parts) - 3, 4):
            block = parts[start:start + 4]
            documents.append(' '.join([*block[:2], block[3]]))
            if title in left_out and 6 <= len(block[2].split()) <= 30:
                queries.append(block[2])
                wanted.append({len(documents) - 1: 1})
    return queries, documents, wanted


def help_pages(texts: Texts) -> Search:
    """From a French heading to the paragraph below it."""
    documents, queries, wanted = [], [], []
    for page in held_out(texts.help):
        heading = ''
        for tag, _, french in page:
            if tag.startswith('h'):
                heading = french
            elif len(french.split()) >= 8:
                documents.append(french)
                if len(heading.split()) >= 2:
                    queries.append(heading)
                    wanted.append({len(documents) - 1: 1})
                heading = ''
    return queries[::4], documents, wanted[::4]


def packages(texts: Texts, language: str) -> Search:
    """From the line that names a package of Debian to the first paragraph of its description. Nothing of it is learned from."""
    described = [(line, text) for line, text in texts.descriptions[language] if len(text.split()) >= SHORTEST_DESCRIPTION]
    # Families of packages share a line or a paragraph.
    of_line = {line: text for line, text in reversed(described)}
    alone = {text: line for line, text in of_line.items()}
    documents = list(alone)[:DESCRIPTIONS]
    queries = [alone[text] for text in documents[:DESCRIPTION_QUERIES]]
    return queries, documents, [{place: 1} for place in range(len(queries))]
