"""What the table is trained on: texts, each with the vector its words should add up to."""

import numpy as np

from teacher import Teacher
from texts import Texts, cut_sentences, gloss_parts, learned, unique


def make_examples(texts: Texts, teacher: Teacher) -> tuple[list[str], np.ndarray]:
    """(texts, targets [texts, 384] f32, unit length).

    English texts have their own teacher vector, French ones that of their English partner: the teacher reads English, and so a French text
    comes to lie where its translation lies."""
    glosses, gloss_vectors = texts.glosses
    parts = unique(part for gloss in glosses for part in gloss_parts(gloss))
    papers = unique(sentence for title, text in learned(texts.papers) for sentence in [title, *cut_sentences(text)])
    abstracts = unique(f'{title}. {text}' for title, text in learned(texts.papers))
    all_texts, targets = [*glosses], [gloss_vectors]
    for name, alone in [('parts of glosses', parts), ('sentences of papers', papers), ('abstracts', abstracts)]:
        all_texts += alone
        targets.append(teacher.embed(alone, name))
    for name, pairs in texts.translated.items():
        english = unique(pair[0] for pair in pairs)
        vectors = teacher.embed(english, name)
        row_of = {text: row for row, text in enumerate(english)}
        french = sorted({(text, row_of[partner]) for partner, text in pairs})
        all_texts += [*english, *(text for text, _ in french)]
        targets += [vectors, vectors[[row for _, row in french]]]
    return all_texts, np.concatenate(targets)
