"""Trains the digits model on the UCI set that scikit-learn ships, and writes bundle and samples.

The held-out 360 images leave this script as PNGs, and accuracy is measured on those PNGs.
"""

import base64
import io
import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from bundle import MODELS, write_digits

SEED = 7
EPOCHS = 120
BATCH = 64
HELD_OUT = 360
SAMPLES = MODELS.parent / "samples" / "digits-held-out.json"


class DigitsNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 32, 3, padding=1)
        self.second = nn.Conv2d(32, 64, 3, padding=1)
        self.third = nn.Conv2d(64, 64, 3, padding=1)
        self.inner = nn.Linear(64 * 4 * 4, 64)
        self.last = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.first(x))
        x = F.max_pool2d(F.relu(self.second(x)), 2)
        x = F.relu(self.third(x)).flatten(1)
        x = F.relu(self.inner(F.dropout(x, 0.3, self.training)))
        return self.last(F.dropout(x, 0.3, self.training))


def to_png(image):
    """Pixel 255 is the set's full intensity, 16."""
    pixels = np.round(image * 255 / 16).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels, "L").save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def to_pixel_values(pixels):
    """What `preprocessor_config.json` says: x / 255, mean 0.5, deviation 0.5."""
    return (torch.as_tensor(np.asarray(pixels, np.float32))[:, None] / 255 - 0.5) / 0.5


def jitter(images, generator):
    """Small shifts, turns and changes of size and contrast; black, -1, comes in at the edges."""
    count = len(images)
    angle = (torch.rand(count, generator=generator) - 0.5) * 0.35
    scale = 1 + (torch.rand(count, generator=generator) - 0.5) * 0.24
    shift = (torch.rand(count, 2, generator=generator) - 0.5) * 0.36
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(-1, 2, 2)
    theta = torch.cat([turn * scale[:, None, None], shift[:, :, None]], 2)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    moved = F.grid_sample(images + 1, grid, align_corners=False) - 1
    noise = torch.randn(images.shape, generator=generator) * 0.06
    return moved + noise


def export(model, path):
    nodes, tensors = [], []

    def weight(name, tensor):
        tensors.append(numpy_helper.from_array(tensor.detach().numpy().copy(), name))
        return name

    def parameters(name):
        layer = getattr(model, name)
        return [weight(f"{name}.weight", layer.weight), weight(f"{name}.bias", layer.bias)]

    def add(operator, inputs, output, **attributes):
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    x = "pixel_values"
    for name in ("first", "second", "third"):
        x = add("Conv", [x, *parameters(name)], f"{name}/conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        x = add("Relu", [x], f"{name}/relu")
        if name == "second":
            x = add("MaxPool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
    x = add("Flatten", [x], "flat", axis=1)
    x = add("Relu", [add("Gemm", [x, *parameters("inner")], "inner/gemm", transB=1)], "inner/relu")
    add("Gemm", [x, *parameters("last")], "logits", transB=1)
    made = helper.make_model(
        helper.make_graph(
            nodes,
            "digits",
            [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch_size", 1, 8, 8])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch_size", 10])],
            tensors,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        producer_name="gata-desktop",
        ir_version=8,
    )
    onnx.checker.check_model(made, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(made, str(path))


def train(pixels, labels):
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = DigitsNet()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = -(-len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=EPOCHS * steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(labels), generator=generator).split(BATCH):
            loss = F.cross_entropy(
                model(jitter(pixels[rows], generator)), labels[rows], label_smoothing=0.05
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def main():
    torch.set_num_threads(1)
    digits = load_digits()
    images, held_out, labels, held_out_labels = train_test_split(
        digits.images, digits.target, test_size=HELD_OUT, random_state=SEED, stratify=digits.target
    )
    model = train(to_pixel_values(np.round(images * 255 / 16)), torch.as_tensor(labels))

    samples = [
        {"label": str(label), "png": to_png(image)} for image, label in zip(held_out, held_out_labels)
    ]
    decoded = [np.asarray(Image.open(io.BytesIO(base64.b64decode(sample["png"])))) for sample in samples]
    with torch.no_grad():
        guesses = model(to_pixel_values(np.stack(decoded))).argmax(1).numpy()
    accuracy = float((guesses == held_out_labels).mean())
    print(json.dumps({"heldOutImages": len(samples), "accuracy": round(accuracy, 4)}))

    SAMPLES.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(f"  {json.dumps(sample)}" for sample in samples)
    SAMPLES.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    export(model, MODELS / "digits" / "onnx" / "model.onnx")
    write_digits(sum(parameter.numel() for parameter in model.parameters()))


if __name__ == "__main__":
    main()
