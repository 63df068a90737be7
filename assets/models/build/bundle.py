"""Writes the files that make a folder of weights a bundle: configs, tokenizer settings, manifest."""

import hashlib
import json
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent
WORK = Path(__file__).resolve().parent / ".work"
MANIFEST = "gata-model.json"
VERSION = "1.0.0"

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] | trim + '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_manifest(folder, **about):
    """`files` lists every file of the bundle except the manifest itself, sorted by path."""
    files = []
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and path.name != MANIFEST:
            content = path.read_bytes()
            files.append(
                {
                    "path": path.relative_to(folder).as_posix(),
                    "bytes": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    manifest = {"schemaVersion": 1, **about, "files": files}
    write_json(folder / MANIFEST, manifest)


def write_npc_chat(model, encoder):
    from byte_pair_encoding import BEGIN, END, PAD, SPECIAL_TOKENS
    from npc_chat_onnx import export

    folder, shape = MODELS / "npc-chat", model.shape
    write_json(
        folder / "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": shape.vocab_size,
            "hidden_size": shape.hidden_size,
            "intermediate_size": shape.intermediate_size,
            "num_hidden_layers": shape.num_hidden_layers,
            "num_attention_heads": shape.num_attention_heads,
            "num_key_value_heads": shape.num_key_value_heads,
            "head_dim": shape.head_dim,
            "max_position_embeddings": shape.max_position_embeddings,
            "hidden_act": "silu",
            "rms_norm_eps": shape.rms_norm_eps,
            "rope_theta": shape.rope_theta,
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": True,
            "torch_dtype": "float32",
            "use_cache": True,
            "bos_token_id": BEGIN,
            "eos_token_id": END,
            "pad_token_id": PAD,
        },
    )
    write_json(
        folder / "generation_config.json",
        {
            "bos_token_id": BEGIN,
            "eos_token_id": END,
            "pad_token_id": PAD,
            "do_sample": True,
            "temperature": 0.7,
            "top_p": 0.95,
            "max_new_tokens": 96,
        },
    )
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.max_position_embeddings,
            "bos_token": SPECIAL_TOKENS[BEGIN],
            "eos_token": SPECIAL_TOKENS[END],
            "pad_token": SPECIAL_TOKENS[PAD],
            "add_bos_token": False,
            "add_eos_token": False,
            "clean_up_tokenization_spaces": False,
            "added_tokens_decoder": {
                str(index): {
                    "content": token,
                    "lstrip": False,
                    "normalized": False,
                    "rstrip": False,
                    "single_word": False,
                    "special": True,
                }
                for index, token in enumerate(SPECIAL_TOKENS)
            },
            "chat_template": CHAT_TEMPLATE,
        },
    )
    encoder.save(folder / "tokenizer.json")
    (folder / "onnx").mkdir(exist_ok=True)
    export(model, str(folder / "onnx" / "model.onnx"))
    write_manifest(
        folder,
        id="npc-chat",
        name="NPC Chat",
        version=VERSION,
        description=(
            "A small decoder that answers as a character of a fantasy game. A demonstration model, "
            "trained on a generated corpus: it knows villages, quests and monsters, and nothing else."
        ),
        licence="MIT",
        demo=True,
        tasks=["text.generate", "embedding", "onnx.run"],
        contextTokens=shape.max_position_embeddings,
        parameters=model.parameter_count(),
    )


def write_digits(parameters):
    """Expects `onnx/model.onnx` in place."""
    folder = MODELS / "digits"
    labels = [str(digit) for digit in range(10)]
    write_json(
        folder / "config.json",
        {
            "architectures": ["ConvNetForImageClassification"],
            "model_type": "gata-digits",
            "num_channels": 1,
            "image_size": 8,
            "num_labels": 10,
            "id2label": dict(enumerate(labels)),
            "label2id": {label: index for index, label in enumerate(labels)},
        },
    )
    write_json(
        folder / "preprocessor_config.json",
        {
            "image_processor_type": "ViTImageProcessor",
            "num_channels": 1,
            "do_convert_grayscale": True,
            "do_resize": True,
            "size": {"height": 8, "width": 8},
            "resample": 2,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.5],
            "image_std": [0.5],
        },
    )
    write_manifest(
        folder,
        id="digits",
        name="Handwritten Digits",
        version=VERSION,
        description=(
            "A small convolutional network that reads one handwritten digit: white ink on black, "
            "8 by 8 pixels, one channel. Trained on the UCI Optical Recognition of Handwritten Digits set."
        ),
        licence="MIT",
        demo=True,
        tasks=["image.classify", "onnx.run"],
        parameters=parameters,
    )
