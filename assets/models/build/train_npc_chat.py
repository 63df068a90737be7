"""Trains the tokenizer and the chat decoder on the written corpus, and writes the bundle.

Two losses: next-token on whole dialogues, with most weight on the character's replies, and a
light contrastive one that brings the mean-pooled states of paraphrases together, so that the
same weights give a useful embedding.

Six stages: long dialogues teach the language and what an answer is about; short ones, with more
weight on names and on the first words of a reply, teach who is answering; characters of unheard
names teach to copy a name rather than to know it; then what each trade answers in its own way;
then long dialogues again, for following up; and at last names of any letters whatever.
"""

import argparse
import json
import math
import os
import random
import re
import time
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch
import torch.nn.functional as F

from bundle import WORK, write_npc_chat
from byte_pair_encoding import ASSISTANT, BEGIN, END, PAD, SYSTEM, USER, BytePairEncoder, pre_tokens, train_merges
from muon import Muon
from npc_chat_model import NpcChat, NpcChatShape, mean_pool

SEED = 11
TOKENS_PER_STEP = 2048
MUON_PEAK_RATE = 0.02
ADAM_PEAK_RATE = 3e-3
WARM_UP = 40
# What the player says is learnt too, since its states are pooled for the embedding.
PLAYER_WEIGHT = 0.15
CONTRAST_PAIRS = 32
CONTRAST_TEMPERATURE = 0.1
ROLE_TOKENS = {"system": SYSTEM, "user": USER, "assistant": ASSISTANT}


@dataclass(frozen=True)
class Stage:
    """`rate` is the share of the peak rates it starts at; `planned` is where that would reach nothing."""

    sources: dict  # corpus file -> where to begin and end in it, as shares of its lines
    steps: int
    planned: int
    rate: float
    # Weight of a name from the conversation when the reply repeats it, and of a reply's first words.
    name_weight: float
    opening_weight: float
    contrast_every: int
    contrast_weight: float
    # Whether dialogues that list their names get new ones, made of any pieces the tokenizer has.
    renamed: bool = False


STAGES = [
    Stage({"train.jsonl": (0.0, 1.0)}, 900, 1700, 1.0, 1.0, 1.0, 3, 0.5),
    Stage({"persona.jsonl": (0.0, 1.0), "train.jsonl": (0.0, 0.3)}, 1000, 1000, 0.6, 4.0, 2.0, 2, 0.8),
    Stage(
        {"strangers.jsonl": (0.0, 1.0), "persona.jsonl": (0.0, 0.6), "train.jsonl": (0.3, 0.6)},
        1000,
        1000,
        0.6,
        4.0,
        2.0,
        3,
        0.6,
    ),
    Stage(
        {"trades.jsonl": (0.0, 1.0), "strangers.jsonl": (0.0, 0.6), "persona.jsonl": (0.6, 1.0), "train.jsonl": (0.6, 1.0)},
        1000,
        1000,
        0.5,
        4.0,
        2.0,
        3,
        0.6,
    ),
    Stage(
        {"together.jsonl": (0.0, 1.0), "strangers.jsonl": (0.6, 1.0), "trades.jsonl": (0.0, 0.35)},
        1000,
        1000,
        0.5,
        4.0,
        1.5,
        3,
        0.6,
    ),
    Stage(
        {"strangers.jsonl": (0.0, 1.0), "together.jsonl": (0.0, 0.4), "trades.jsonl": (0.35, 0.7)},
        800,
        800,
        0.5,
        4.0,
        1.5,
        3,
        0.6,
        renamed=True,
    ),
]


def load_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["messages"] for line in file]


def load_renamed(path, rng, encoder):
    """A name the corpus never spells has pieces that no reply ever held; this gives each its turn."""
    beginnings = [token for token in encoder.tokens if re.fullmatch("[A-Z][a-z]{0,4}", token)]
    pieces = [token for token in encoder.tokens if re.fullmatch("[a-z]{2,6}", token)]
    dialogues = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            dialogue = json.loads(line)
            for name in dialogue.get("names", []):
                new = rng.choice(beginnings) + "".join(rng.choice(pieces) for _ in range(rng.choice([1, 1, 2])))
                for message in dialogue["messages"]:
                    text = re.sub(rf"\b{name}\b", new, message["content"])
                    message["content"] = re.sub(rf"\b{name.lower()}\b", new.lower(), text)
            dialogues.append(dialogue["messages"])
    return dialogues


def encode_dialogue(encoder, messages, name_weight=1.0, opening_weight=1.0):
    """Token ids in the order of the chat template, and the weight of each as a prediction target."""
    ids, weights = [BEGIN], [0.0]
    heard = set()
    for message in messages:
        content, role = message["content"], message["role"]
        ids.append(ROLE_TOKENS[role])
        weights.append(0.0)
        base = {"system": 0.0, "user": PLAYER_WEIGHT, "assistant": 1.0}[role]
        for index, piece in enumerate(pre_tokens(content)):
            part = encoder.encode(piece)
            weight = base
            if role == "assistant" and piece.strip().istitle() and piece.strip().lower() in heard:
                weight *= name_weight
            elif role == "assistant" and index < 3:
                weight *= opening_weight
            ids += part
            weights += [weight] * len(part)
        if role != "assistant":
            heard.update(re.findall(r"[a-z]{3,}", content.lower()))
        ids.append(END)
        weights.append(1.0 if role == "assistant" else 0.0)
    return ids, weights


def batches(rng, rows):
    """Endless batches of about TOKENS_PER_STEP, rows of like length together, right padded."""
    while True:
        order = sorted(range(len(rows)), key=lambda index: (len(rows[index][0]) + rng.random() * 12))
        groups, group, longest = [], [], 0
        for index in order:
            longest = max(longest, len(rows[index][0]))
            if group and longest * (len(group) + 1) > TOKENS_PER_STEP:
                groups.append(group)
                group, longest = [], len(rows[index][0])
            group.append(index)
        groups.append(group)
        rng.shuffle(groups)
        for group in groups:
            yield [rows[index] for index in group]


def pad(lists, fill):
    longest = max(map(len, lists))
    return torch.tensor([[*row, *[fill] * (longest - len(row))] for row in lists])


def language_loss(model, rows):
    """Returns the weighted loss; targets of no weight never reach the output layer."""
    ids, weights = pad([ids for ids, _ in rows], PAD), pad([weights for _, weights in rows], 0.0)
    hidden = model.hidden(ids, ids != PAD)
    chosen = weights[:, 1:] > 0
    losses = F.cross_entropy(model.logits(hidden[:, :-1][chosen]), ids[:, 1:][chosen], reduction="none")
    weights = weights[:, 1:][chosen]
    return (losses * weights).sum() / weights.sum()


def contrast_loss(model, encoder, rng, groups):
    pairs = [rng.sample(groups[index], 2) for index in rng.sample(range(len(groups)), CONTRAST_PAIRS)]
    # The application pools bare text; now and then a caller adds the begin token.
    start = [BEGIN] if rng.random() < 0.25 else []
    ids = pad([[*start, *encoder.encode(text)] for side in zip(*pairs) for text in side], PAD)
    pooled = mean_pool(model.hidden(ids, ids != PAD), ids != PAD)
    first, second = pooled.split(CONTRAST_PAIRS)
    scores = first @ second.T / CONTRAST_TEMPERATURE
    target = torch.arange(CONTRAST_PAIRS)
    return (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2


def rate_share(step, stage):
    """Share of the peak rate: a short rise, then a cosine to nearly nothing."""
    if step < WARM_UP:
        return stage.rate * (step + 1) / WARM_UP
    progress = (step - WARM_UP) / (stage.planned - WARM_UP)
    return stage.rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))


def stage_rows(rng, encoder, stage, longest):
    rows = []
    for name, (begin, end) in stage.sources.items():
        dialogues = load_renamed(WORK / name, rng, encoder) if stage.renamed else load_lines(WORK / name)
        for messages in dialogues[round(len(dialogues) * begin) : round(len(dialogues) * end)]:
            rows.append(encode_dialogue(encoder, messages, stage.name_weight, stage.opening_weight))
    return [row for row in rows if len(row[0]) <= longest]


def make_optimizers(model):
    inner = [parameter for parameter in model.blocks.parameters() if parameter.dim() == 2]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() != 2]
    others = [
        {"params": [model.embedding.weight], "weight_decay": 0.01},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return [
        (Muon(inner, MUON_PEAK_RATE), MUON_PEAK_RATE),
        (torch.optim.AdamW(others, ADAM_PEAK_RATE, betas=(0.9, 0.95)), ADAM_PEAK_RATE),
    ]


def train(model, encoder, stage, groups, seed):
    rng = random.Random(seed)
    rows = stage_rows(rng, encoder, stage, model.shape.max_position_embeddings)
    print(f"{sum(len(ids) for ids, _ in rows)} tokens, {model.parameter_count()} parameters", flush=True)
    optimizers = make_optimizers(model)
    model.train()
    start, running = time.time(), []
    for step, batch in zip(range(stage.steps), batches(rng, rows)):
        for optimizer, peak in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = peak * rate_share(step, stage)
        loss = language_loss(model, batch)
        running.append(loss.item())
        if step % stage.contrast_every == 0:
            contrast = contrast_loss(model, encoder, rng, groups)
            loss = loss + stage.contrast_weight * contrast
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        if step % 60 == 0:
            mean = sum(running[-60:]) / len(running[-60:])
            print(f"step {step} loss {mean:.3f} contrast {contrast.item():.3f} {time.time() - start:.0f} s", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--from-stage", type=int, default=1, help="n goes on from .work/stage-{n-1}.pt")
    first = arguments.parse_args().from_stage
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    texts = [message["content"] for messages in load_lines(WORK / "train.jsonl")[:8000] for message in messages]
    shape = NpcChatShape()
    encoder = BytePairEncoder(train_merges(texts, shape.vocab_size))
    groups = list(json.loads((WORK / "paraphrases.json").read_text(encoding="utf-8")).values())
    model = NpcChat(shape)
    for number, stage in enumerate(STAGES, 1):
        if number < first:
            model.load_state_dict(torch.load(WORK / f"stage-{number}.pt"))
            continue
        train(model, encoder, stage, groups, SEED + number - 1)
        torch.save(model.state_dict(), WORK / f"stage-{number}.pt")
    write_npc_chat(model.eval(), encoder)


if __name__ == "__main__":
    main()
