"""Trains the tokenizer and the chat decoder on the written corpus, and writes the bundle.

Two losses: next-token on whole dialogues, with most weight on the character's replies, and a
light contrastive one that brings the mean-pooled states of paraphrases together, so that the
same weights give a useful embedding.
"""

import argparse
import json
import math
import os
import random
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch
import torch.nn.functional as F

from bundle import WORK, write_npc_chat
from byte_pair_encoding import ASSISTANT, BEGIN, END, PAD, SYSTEM, USER, BytePairEncoder, train_merges
from muon import Muon
from npc_chat_model import NpcChat, NpcChatShape, mean_pool

SEED = 11
STEPS = 1700
TOKENS_PER_STEP = 2048
MUON_PEAK_RATE = 0.02
ADAM_PEAK_RATE = 3e-3
WARM_UP = 40
DROPOUT = 0.0
# What the player says is learnt too, since its states are pooled for the embedding.
PLAYER_WEIGHT = 0.15
CONTRAST_EVERY = 3
CONTRAST_PAIRS = 32
CONTRAST_WEIGHT = 0.5
CONTRAST_TEMPERATURE = 0.1
ROLE_TOKENS = {"system": SYSTEM, "user": USER, "assistant": ASSISTANT}


def load_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["messages"] for line in file]


def encode_dialogue(encoder, messages):
    """Token ids in the order of the chat template, and the weight of each as a prediction target."""
    ids, weights = [BEGIN], [0.0]
    for message in messages:
        body = encoder.encode(message["content"])
        role = message["role"]
        weight = {"system": 0.0, "user": PLAYER_WEIGHT, "assistant": 1.0}[role]
        ids += [ROLE_TOKENS[role], *body, END]
        weights += [0.0, *[weight] * len(body), 1.0 if role == "assistant" else 0.0]
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


def language_loss(model, rows, dropout=DROPOUT):
    """Returns the weighted loss; targets of no weight never reach the output layer."""
    ids, weights = pad([ids for ids, _ in rows], PAD), pad([weights for _, weights in rows], 0.0)
    hidden = model.hidden(ids, ids != PAD, dropout)
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


def rate_share(step, steps):
    """Share of the peak rate: a short rise, then a cosine to nearly nothing."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    progress = (step - WARM_UP) / max(1, steps - WARM_UP)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress))


def train(model, encoder, dialogues, groups, steps):
    rng = random.Random(SEED)
    rows = [encode_dialogue(encoder, messages) for messages in dialogues]
    rows = [row for row in rows if len(row[0]) <= model.shape.max_position_embeddings]
    print(f"{sum(len(ids) for ids, _ in rows)} tokens, {model.parameter_count()} parameters", flush=True)
    inner = [parameter for parameter in model.blocks.parameters() if parameter.dim() == 2]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() != 2]
    others = [
        {"params": [model.embedding.weight], "weight_decay": 0.01},
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizers = [
        (Muon(inner, MUON_PEAK_RATE), MUON_PEAK_RATE),
        (torch.optim.AdamW(others, ADAM_PEAK_RATE, betas=(0.9, 0.95)), ADAM_PEAK_RATE),
    ]
    model.train()
    start, running = time.time(), []
    for step, batch in zip(range(steps), batches(rng, rows)):
        for optimizer, peak in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = peak * rate_share(step, steps)
        loss = language_loss(model, batch)
        running.append(loss.item())
        contrast = None
        if step % CONTRAST_EVERY == 0:
            contrast = contrast_loss(model, encoder, rng, groups)
            loss = loss + CONTRAST_WEIGHT * contrast
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        if step % 60 == 0:
            mean = sum(running[-60:]) / len(running[-60:])
            print(f"step {step} loss {mean:.3f} contrast {contrast.item():.3f} {time.time() - start:.0f} s", flush=True)
    return model.eval()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=STEPS)
    steps = arguments.parse_args().steps
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    dialogues = load_lines(WORK / "train.jsonl")
    texts = [message["content"] for messages in dialogues[:8000] for message in messages]
    shape = NpcChatShape()
    encoder = BytePairEncoder(train_merges(texts, shape.vocab_size))
    groups = list(json.loads((WORK / "paraphrases.json").read_text(encoding="utf-8")).values())
    model = train(NpcChat(shape), encoder, dialogues, groups, steps)
    torch.save(model.state_dict(), WORK / "npc-chat.pt")
    write_npc_chat(model, encoder)


if __name__ == "__main__":
    main()
