"""Writes tokenizer.json: a plain BERT WordPiece tokenizer, which every runtime of the format understands."""

import json
from pathlib import Path

SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']


def write_tokenizer(path: Path, vocabulary: list[str]) -> None:
    """`vocabulary[i]` is token i; the first five are SPECIAL. No blanks in the JSON: it is part of the size that ships."""
    ids = {token: index for index, token in enumerate(vocabulary)}
    added = [
        {'id': ids[token], 'content': token, 'single_word': False, 'lstrip': False, 'rstrip': False,
         'normalized': False, 'special': True}
        for token in SPECIAL
    ]
    begin, end = special('[CLS]', 0), special('[SEP]', 0)
    content = {
        'version': '1.0',
        'truncation': None,
        'padding': None,
        'added_tokens': added,
        'normalizer': {'type': 'BertNormalizer', 'clean_text': True, 'handle_chinese_chars': True,
                       'strip_accents': True, 'lowercase': True},
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {
            'type': 'TemplateProcessing',
            'single': [begin, sequence('A', 0), end],
            'pair': [begin, sequence('A', 0), end, sequence('B', 1), special('[SEP]', 1)],
            'special_tokens': {
                token: {'id': token, 'ids': [ids[token]], 'tokens': [token]} for token in ('[CLS]', '[SEP]')
            },
        },
        'decoder': {'type': 'WordPiece', 'prefix': '##', 'cleanup': True},
        'model': {'type': 'WordPiece', 'unk_token': '[UNK]', 'continuing_subword_prefix': '##',
                  'max_input_chars_per_word': 100, 'vocab': ids},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(',', ':')), encoding='utf-8')


def special(token: str, kind: int) -> dict:
    return {'SpecialToken': {'id': token, 'type_id': kind}}


def sequence(name: str, kind: int) -> dict:
    return {'Sequence': {'id': name, 'type_id': kind}}
