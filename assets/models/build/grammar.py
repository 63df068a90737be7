"""Expands `[this|that|]` choices and `{slot}` names, and roughens text the way players type."""

import re

INNERMOST = re.compile(r"\[([^\[\]]*)\]")


def expand(rng, template, slots):
    """One random reading of a template. Choices nest; slots are filled last and not expanded."""
    while True:
        text, changed = INNERMOST.subn(lambda match: rng.choice(match.group(1).split("|")), template)
        if not changed:
            break
        template = text
    text = re.sub(r"\{(\w+)\}", lambda match: slots[match.group(1)], text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.?!])", r"\1", text)
    return capitalise(text)


def capitalise(text):
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)


CONTRACTIONS = [
    (r"\bWhat is\b", "What's"),
    (r"\bwhat is\b", "what's"),
    (r"\bWhere is\b", "Where's"),
    (r"\bwhere is\b", "where's"),
    (r"\bI am\b", "I'm"),
    (r"\bdo not\b", "don't"),
    (r"\bWho is\b", "Who's"),
    (r"\bI will\b", "I'll"),
    (r"\bI would\b", "I'd"),
    (r"\bcannot\b", "can't"),
    (r"\bI have\b", "I've"),
    (r"\byou are\b", "you're"),
]
SHORTHAND = [
    (r"\byou\b", "u"),
    (r"\byour\b", "ur"),
    (r"\bare\b", "r"),
    (r"\bplease\b", "pls"),
    (r"\bthanks\b", "thx"),
    (r"\bto\b", "2"),
    (r"\bsomething\b", "smth"),
    (r"\bgoing to\b", "gonna"),
    (r"\bwant to\b", "wanna"),
]
KEYS = "abcdefghijklmnopqrstuvwxyz"


def roughen(rng, text, openers, closers):
    """A player's line as it may be typed: contracted, lower case, unpunctuated, misspelt."""
    for pattern, replacement in CONTRACTIONS:
        if rng.random() < 0.45:
            text = re.sub(pattern, replacement, text)
    if rng.random() < 0.16:
        first = text if re.match(r"I\b", text) else text[0].lower() + text[1:]
        text = f"{rng.choice(openers)} {first}"
    if rng.random() < 0.08 and text[-1] in ".?!":
        text = f"{text[:-1]}{rng.choice(closers)}{text[-1]}"
    if rng.random() < 0.05:
        for pattern, replacement in rng.sample(SHORTHAND, 4):
            text = re.sub(pattern, replacement, text.lower())
    style = rng.random()
    if style < 0.36:
        text = text.lower()
    elif style < 0.38:
        text = text.upper()
    ending = rng.random()
    if ending < 0.32:
        text = text.rstrip(".?!")
    elif ending < 0.37 and text[-1] in "?!":
        text += text[-1]
    if rng.random() < 0.1:
        text = text.replace("'", "").replace(",", "")
    if rng.random() < 0.14:
        text = misspell(rng, text)
    return text


def misspell(rng, text):
    spots = [index for index in range(1, len(text) - 1) if text[index - 1 : index + 2].isalpha()]
    if not spots:
        return text
    at = rng.choice(spots)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice(KEYS) + text[at + 1 :]
