"""What choices are made on: searches made of texts that were left out of training, and STS-B's English development pairs."""

from inputs import Inputs
from model_file import Encoder
from score import Score, score_search, score_stsb
from texts import Texts, cut_sentences, held_out

Search = tuple[list[str], list[str], list[dict[int, int]]]


def score_dev(encoder: Encoder, texts: Texts, inputs: Inputs) -> dict[str, Score]:
    with inputs.phase('train'):
        searches = {'papers': papers(texts), 'sheets': sheets(texts), 'help': help_pages(texts)}
    scores = {name: score_search(encoder, *search) for name, search in searches.items()}
    with inputs.phase('choose'):
        return scores | {'STS-B en-dev': score_stsb(encoder, inputs, 'en-dev')}


def papers(texts: Texts) -> Search:
    """From the title of a paper to its abstract."""
    documents = [text for _, text in texts.papers]
    place_of = {text: place for place, text in enumerate(documents)}
    left_out = held_out(texts.papers)
    return [title for title, _ in left_out], documents, [{place_of[text]: 1} for _, text in left_out]


def sheets(texts: Texts) -> Search:
    """From a French sentence to the passage it was taken out of; most of its words are not there."""
    documents, queries, wanted = [], [], []
    left_out = {title for title, _ in held_out(texts.sheets)}
    for title, text in texts.sheets:
        sentences = cut_sentences(text)
        for start in range(0, len(sentences) - 3, 4):
            block = sentences[start:start + 4]
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
