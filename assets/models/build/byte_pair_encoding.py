"""A byte-level byte-pair encoder: trains, encodes, decodes, and writes `tokenizer.json`.

The Python `tokenizers` package is not in Debian, so the trainer is here. The file it writes is
the Hugging Face format, and `check.mjs` proves that @huggingface/tokenizers reads it the same way.

The pre-tokeniser is GPT-2's, which needs Unicode classes that Python's `re` lacks. Training and
evaluation text is ASCII (asserted), where the narrowed pattern below splits identically.
"""

import heapq
import json
import re
from collections import Counter, defaultdict

SPECIAL_TOKENS = ["<|pad|>", "<|begin|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
PAD, BEGIN, SYSTEM, USER, ASSISTANT, END = range(len(SPECIAL_TOKENS))

ASCII_PRE_TOKENS = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+"
)


def printable_bytes():
    """GPT-2's map from each byte to a visible character, so that merges can be written as text."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters = {byte: chr(byte) for byte in visible}
    for byte in range(256):
        if byte not in characters:
            characters[byte] = chr(256 + len(characters) - len(visible))
    return characters


BYTE_TO_CHARACTER = printable_bytes()
CHARACTER_TO_BYTE = {character: byte for byte, character in BYTE_TO_CHARACTER.items()}


def pre_tokens(text):
    if not text.isascii():
        raise ValueError(f"this encoder splits ASCII only, got {text!r}")
    return ASCII_PRE_TOKENS.findall(text)


def train_merges(texts, vocabulary_size):
    """Returns the merges, most frequent first; ties go to the lexically smaller pair."""
    words = Counter()
    for text in texts:
        words.update(pre_tokens(text))
    symbols, counts = [], []
    for word, count in sorted(words.items()):
        symbols.append([BYTE_TO_CHARACTER[byte] for byte in word.encode()])
        counts.append(count)

    pair_counts, pair_words = Counter(), defaultdict(set)
    for index, word in enumerate(symbols):
        for pair in zip(word, word[1:]):
            pair_counts[pair] += counts[index]
            pair_words[pair].add(index)
    heap = [(-count, pair) for pair, count in pair_counts.items()]
    heapq.heapify(heap)

    merges = []
    wanted = vocabulary_size - 256 - len(SPECIAL_TOKENS)
    while len(merges) < wanted:
        if not heap:
            raise ValueError(f"the corpus yields only {len(merges)} of {wanted} merges")
        count, pair = heapq.heappop(heap)
        if pair_counts[pair] != -count or count == 0:
            continue  # a stale entry: the pair was recounted after this one was pushed
        merges.append(pair)
        changed = set()
        for index in sorted(pair_words[pair]):
            word = symbols[index]
            for old in zip(word, word[1:]):
                pair_counts[old] -= counts[index]
                pair_words[old].discard(index)
                changed.add(old)
            symbols[index] = word = merge_pair(word, pair)
            for new in zip(word, word[1:]):
                pair_counts[new] += counts[index]
                pair_words[new].add(index)
                changed.add(new)
        for item in changed:
            heapq.heappush(heap, (-pair_counts[item], item))
    return merges


def merge_pair(word, pair):
    merged, at = [], 0
    while at < len(word):
        if at + 1 < len(word) and (word[at], word[at + 1]) == pair:
            merged.append(word[at] + word[at + 1])
            at += 2
        else:
            merged.append(word[at])
            at += 1
    return merged


class BytePairEncoder:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        tokens = [*SPECIAL_TOKENS, *(BYTE_TO_CHARACTER[byte] for byte in range(256))]
        tokens += [left + right for left, right in self.merges]
        self.tokens = tokens
        self.ids = {token: index for index, token in enumerate(tokens)}
        self.cache = {}

    def encode(self, text):
        ids = []
        for piece in pre_tokens(text):
            if piece not in self.cache:
                self.cache[piece] = self.encode_piece(piece)
            ids += self.cache[piece]
        return ids

    def encode_piece(self, piece):
        word = [BYTE_TO_CHARACTER[byte] for byte in piece.encode()]
        while len(word) > 1:
            best = min(zip(word, word[1:]), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if best not in self.ranks:
                break
            word = merge_pair(word, best)
        return [self.ids[token] for token in word]

    def decode(self, ids):
        text = "".join(self.tokens[index] for index in ids if index >= len(SPECIAL_TOKENS))
        return bytes(CHARACTER_TO_BYTE[character] for character in text).decode("utf-8", "replace")

    def tokenizer_json(self):
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {
                    "id": index,
                    "content": token,
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                    "special": True,
                }
                for index, token in enumerate(SPECIAL_TOKENS)
            ],
            "normalizer": None,
            "pre_tokenizer": byte_level,
            "post_processor": None,
            "decoder": byte_level,
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": False,
                "byte_fallback": False,
                "vocab": self.ids,
                "merges": [f"{left} {right}" for left, right in self.merges],
            },
        }

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.tokenizer_json(), file, ensure_ascii=False, indent=1)
            file.write("\n")

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls([merge.split(" ") for merge in json.load(file)["model"]["merges"]])
