"""Measures the trained chat model, prints what it says, and records torch's answers for check.mjs."""

import json
import math
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch

from bundle import MODELS, WORK, write_json
from byte_pair_encoding import ASSISTANT, END, PAD, BytePairEncoder
from npc_chat_model import NpcChat, mean_pool
from npc_held_out import CONVERSATIONS, PARAPHRASES, PROMPTS, SENTENCES
from train_npc_chat import STAGES, encode_dialogue, language_loss, load_lines, pad

SAMPLES = MODELS.parent / "samples" / "npc-prompts.json"
REPLY_LIMIT = 80


def reply(model, encoder, messages, temperature=0.0, generator=None):
    ids, _ = encode_dialogue(encoder, messages)
    prompt = [*ids, ASSISTANT]
    made = model.generate(prompt, END, REPLY_LIMIT, temperature, generator)
    return prompt, made


@torch.no_grad()
def reply_perplexity(model, encoder, dialogues):
    """Per token of the characters' replies, on dialogues whose player phrasings were kept back."""
    total, count = 0.0, 0
    for messages in dialogues:
        ids, weights = encode_dialogue(encoder, messages)
        weights = [1.0 if weight == 1.0 else 0.0 for weight in weights]
        tokens = sum(1 for weight in weights if weight)
        total += language_loss(model, [(ids, weights)]).item() * tokens
        count += tokens
    return math.exp(total / count)


@torch.no_grad()
def embed(model, encoder, texts):
    ids = pad([encoder.encode(text) for text in texts], PAD)
    return mean_pool(model.hidden(ids, ids != PAD), ids != PAD)


def paraphrase_accuracy(model, encoder):
    """How often the nearest other sentence is one that means the same; chance is 2 in 29."""
    vectors = embed(model, encoder, SENTENCES)
    scores = (vectors @ vectors.T).fill_diagonal_(-1)
    group = [index for index, sentences in enumerate(PARAPHRASES) for _ in sentences]
    nearest = scores.argmax(1).tolist()
    right = sum(group[a] == group[b] for a, b in enumerate(nearest))
    for a, b in enumerate(nearest):
        if group[a] != group[b]:
            print(f"  embedding miss: {SENTENCES[a]!r} -> {SENTENCES[b]!r}")
    return right / len(nearest)


def write_samples():
    prompts = [{"system": system, "user": user} for system, user in PROMPTS]
    write_json(SAMPLES, {"prompts": prompts, "sentences": SENTENCES, "paraphrases": PARAPHRASES})


def main():
    torch.set_num_threads(1)
    encoder = BytePairEncoder.load(MODELS / "npc-chat" / "tokenizer.json")
    model = NpcChat().eval()
    model.load_state_dict(torch.load(WORK / f"stage-{len(STAGES)}.pt"))
    generator = torch.Generator().manual_seed(1)

    greedy, ended = [], 0
    for system, user in PROMPTS:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        prompt, made = reply(model, encoder, messages)
        _, warm = reply(model, encoder, messages, 0.7, generator)
        ended += (made[-1] == END) + (warm[-1] == END)
        greedy.append({"messages": messages, "prompt": prompt, "reply": made})
        print(f"[{system[8:]}] {user}\n    greedy {encoder.decode(made)}\n    at 0.7 {encoder.decode(warm)}")
    for system, lines in CONVERSATIONS:
        messages = [{"role": "system", "content": system}]
        print(f"[{system[8:]}]")
        for line in lines:
            messages.append({"role": "user", "content": line})
            prompt, made = reply(model, encoder, messages)
            greedy.append({"messages": list(messages), "prompt": prompt, "reply": made})
            messages.append({"role": "assistant", "content": encoder.decode(made)})
            print(f"    > {line}\n      {messages[-1]['content']}")

    held_out = load_lines(WORK / "held-out.jsonl")
    texts = [message["content"] for messages in held_out for message in messages]
    encoded = [{"text": text, "ids": encoder.encode(text)} for text in texts]
    write_json(WORK / "reference.json", {"greedy": greedy, "encoded": encoded})
    write_samples()
    summary = {
        "parameters": model.parameter_count(),
        "heldOutReplyPerplexity": round(reply_perplexity(model, encoder, held_out), 3),
        "paraphraseIsNearest": round(paraphrase_accuracy(model, encoder), 3),
        "repliesEndedByThemselves": f"{ended} of {2 * len(PROMPTS)}",
    }
    print(json.dumps(summary, indent=2))


if __name__ == "__main__":
    main()
