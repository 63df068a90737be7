"""Writes the decoder as an ONNX graph with a key/value cache, node by node.

Built by hand rather than traced, so that one generated token costs few nodes: q, k and v come
from one MatMul, the rotation is applied to q and k together, the attention scale is folded into
the q weights, and the mask is computed once for all layers. Grouped heads are laid side by side
on the query axis, so keys and values are never repeated.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class GraphWriter:
    def __init__(self):
        self.nodes, self.initializers, self.names = [], [], set()

    def constant(self, name, array):
        if name not in self.names:
            self.names.add(name)
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def integers(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def scalar(self, value, kind):
        return self.constant(f"{np.dtype(kind).name}_{value}", np.array(value, kind))

    def add(self, operator, inputs, name, outputs=1, **attributes):
        made = [name] if outputs == 1 else [f"{name}.{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, made, name=name, **attributes))
        return made[0] if outputs == 1 else made


def rms_norm(graph, x, norm, name):
    # Pow, ReduceMean, Add, Sqrt, Div, Mul in this order is the pattern ONNX Runtime fuses.
    square = graph.add("Pow", [x, graph.scalar(2.0, np.float32)], f"{name}/square")
    mean = graph.add("ReduceMean", [square], f"{name}/mean", axes=[-1], keepdims=1)
    shifted = graph.add("Add", [mean, graph.scalar(norm.eps, np.float32)], f"{name}/shifted")
    root = graph.add("Sqrt", [shifted], f"{name}/root")
    scaled = graph.add("Div", [x, root], f"{name}/scaled")
    weight = graph.constant(f"{name}.weight", norm.weight.detach().numpy())
    return graph.add("Mul", [scaled, weight], name if name == "last_hidden_state" else f"{name}/out")


def attention_mask(graph, groups):
    """0 where a query may look and -1e9 elsewhere, [batch, 1, groups * seq, past + seq]."""
    total = graph.add("Shape", ["attention_mask"], "mask/total_1d", start=1, end=2)
    length = graph.add("Shape", ["input_ids"], "mask/length_1d", start=1, end=2)
    past = graph.add("Sub", [total, length], "mask/past_1d")
    scalars = [
        graph.add("Squeeze", [name, graph.integers(0)], f"{name}/scalar") for name in (total, past)
    ]
    zero, one = graph.scalar(0, np.int64), graph.scalar(1, np.int64)
    keys = graph.add("Range", [zero, scalars[0], one], "mask/keys")
    queries = graph.add("Range", [scalars[1], scalars[0], one], "mask/queries_flat")
    queries = graph.add("Unsqueeze", [queries, graph.integers(1)], "mask/queries")
    causal = graph.add("LessOrEqual", [keys, queries], "mask/causal")
    kept = graph.add("Cast", ["attention_mask"], "mask/kept_flat", to=TensorProto.BOOL)
    kept = graph.add("Unsqueeze", [kept, graph.integers(1, 2)], "mask/kept")
    visible = graph.add("And", [causal, kept], "mask/visible")
    scores = [graph.scalar(0.0, np.float32), graph.scalar(-1e9, np.float32)]
    mask = graph.add("Where", [visible, *scores], "mask/one_group")
    return graph.add("Concat", [mask] * groups, "mask", axis=2)


def rotary(graph, shape):
    half = np.arange(0, shape.head_dim, 2, dtype=np.float32) / shape.head_dim
    frequencies = graph.constant("rotary.frequencies", (shape.rope_theta**-half).astype(np.float32))
    positions = graph.add("Cast", ["position_ids"], "rotary/positions_flat", to=TensorProto.FLOAT)
    positions = graph.add("Unsqueeze", [positions, graph.integers(2, 3)], "rotary/positions")
    angles = graph.add("Mul", [positions, frequencies], "rotary/angles")
    cos = graph.add("Cos", [angles], "rotary/cos_half")
    sin = graph.add("Sin", [angles], "rotary/sin_half")
    negative = graph.add("Neg", [sin], "rotary/sin_negative")
    return (
        graph.add("Concat", [cos, cos], "rotary/cos", axis=-1),
        graph.add("Concat", [negative, sin], "rotary/sin", axis=-1),
    )


def block(graph, x, layer, index, shape, cos, sin, mask):
    name = f"layers.{index}"
    heads, pairs, size = shape.num_attention_heads, shape.num_key_value_heads, shape.head_dim

    weight = layer.qkv.weight.detach().numpy().copy()
    weight[: heads * size] *= size**-0.5
    normed = rms_norm(graph, x, layer.attention_norm, f"{name}.attention_norm")
    qkv = graph.add("MatMul", [normed, graph.constant(f"{name}.qkv.weight", weight.T)], f"{name}/qkv_flat")
    qkv = graph.add("Reshape", [qkv, graph.integers(0, 0, heads + 2 * pairs, size)], f"{name}/qkv")
    qk, value = graph.add(
        "Split", [qkv, graph.integers(heads + pairs, pairs)], f"{name}/qk_value", outputs=2, axis=2
    )
    first, second = graph.add(
        "Split", [qk, graph.integers(size // 2, size // 2)], f"{name}/halves", outputs=2, axis=3
    )
    swapped = graph.add("Concat", [second, first], f"{name}/swapped", axis=3)
    straight = graph.add("Mul", [qk, cos], f"{name}/straight")
    crossed = graph.add("Mul", [swapped, sin], f"{name}/crossed")
    rotated = graph.add("Add", [straight, crossed], f"{name}/rotated_by_token")
    rotated = graph.add("Transpose", [rotated], f"{name}/rotated", perm=[0, 2, 1, 3])
    query, key = graph.add("Split", [rotated, graph.integers(heads, pairs)], f"{name}/query_key", outputs=2, axis=1)
    value = graph.add("Transpose", [value], f"{name}/value", perm=[0, 2, 1, 3])

    key = graph.add("Concat", [f"past_key_values.{index}.key", key], f"present.{index}.key", axis=2)
    value = graph.add("Concat", [f"past_key_values.{index}.value", value], f"present.{index}.value", axis=2)
    query = graph.add("Reshape", [query, graph.integers(0, pairs, -1, size)], f"{name}/query_grouped")
    keys = graph.add("Transpose", [key], f"{name}/keys", perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", [query, keys], f"{name}/scores")
    scores = graph.add("Add", [scores, mask], f"{name}/scores_masked")
    weights = graph.add("Softmax", [scores], f"{name}/weights", axis=-1)
    mixed = graph.add("MatMul", [weights, value], f"{name}/mixed_grouped")
    # seq is not known here, so the head axis is fixed and seq inferred.
    mixed = graph.add("Reshape", [mixed, graph.integers(0, heads, -1, size)], f"{name}/mixed_by_head")
    mixed = graph.add("Transpose", [mixed], f"{name}/mixed_by_token", perm=[0, 2, 1, 3])
    mixed = graph.add("Reshape", [mixed, graph.integers(0, 0, heads * size)], f"{name}/mixed")
    out = graph.constant(f"{name}.out.weight", layer.out.weight.detach().numpy().T)
    x = graph.add("Add", [x, graph.add("MatMul", [mixed, out], f"{name}/attended")], f"{name}/after_attention")

    normed = rms_norm(graph, x, layer.mlp_norm, f"{name}.mlp_norm")
    gate_up = graph.constant(f"{name}.gate_up.weight", layer.gate_up.weight.detach().numpy().T)
    both = graph.add("MatMul", [normed, gate_up], f"{name}/gate_up_both")
    inner = shape.intermediate_size
    gate, up = graph.add("Split", [both, graph.integers(inner, inner)], f"{name}/gate_up", outputs=2, axis=2)
    silu = graph.add("Mul", [gate, graph.add("Sigmoid", [gate], f"{name}/sigmoid")], f"{name}/silu")
    gated = graph.add("Mul", [silu, up], f"{name}/gated")
    down = graph.constant(f"{name}.down.weight", layer.down.weight.detach().numpy().T)
    return graph.add("Add", [x, graph.add("MatMul", [gated, down], f"{name}/mlp")], f"{name}/after_mlp")


def export(model, path):
    shape = model.shape
    graph = GraphWriter()
    # One [hidden, vocab] table serves both ends: its columns are the embeddings, and no transpose
    # or second copy is needed for the logits.
    table = graph.constant("embedding.weight", model.embedding.weight.detach().numpy().T)
    columns = graph.add("Gather", [table, "input_ids"], "embedding/columns", axis=1)
    x = graph.add("Transpose", [columns], "embedding/rows", perm=[1, 2, 0])
    mask = attention_mask(graph, shape.num_attention_heads // shape.num_key_value_heads)
    cos, sin = rotary(graph, shape)
    for index, layer in enumerate(model.blocks):
        x = block(graph, x, layer, index, shape, cos, sin, mask)
    hidden = rms_norm(graph, x, model.norm, "last_hidden_state")
    graph.add("MatMul", [hidden, table], "logits")

    def value(name, dimensions, kind=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, kind, dimensions)

    tokens, total = ["batch_size", "sequence_length"], "past_sequence_length + sequence_length"
    cache = ["batch_size", shape.num_key_value_heads]
    inputs = [
        value("input_ids", tokens, TensorProto.INT64),
        value("attention_mask", ["batch_size", total], TensorProto.INT64),
        value("position_ids", tokens, TensorProto.INT64),
    ]
    outputs = [value("logits", [*tokens, shape.vocab_size])]
    for index in range(shape.num_hidden_layers):
        for part in ("key", "value"):
            past = [*cache, "past_sequence_length", shape.head_dim]
            inputs.append(value(f"past_key_values.{index}.{part}", past))
            outputs.append(value(f"present.{index}.{part}", [*cache, total, shape.head_dim]))
    outputs.append(value("last_hidden_state", [*tokens, shape.hidden_size]))
    made = helper.make_model(
        helper.make_graph(graph.nodes, "npc-chat", inputs, outputs, graph.initializers),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="gata-desktop",
        ir_version=8,
    )
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, path)
