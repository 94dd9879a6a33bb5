"""Writes the encoder as an ONNX model in memory, its weights widened from 4-bit blocks to 8-bit rows.

Eight bits a row multiply twice as fast as four bits a block (measured, docs/adr/007). An ONNX file is protocol
buffers; the few messages needed are written here by hand, because the onnx package is large and would serve for
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coach.e5.weights import ModelFile, Quantised

_FLOAT, _INT8 = 1, 3  # TensorProto.DataType
_LARGEST = 63  # seven bits: products of processors without VNNI would overflow with eight
Attribute = int | float


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, value: bytes | str | int) -> bytes:
    """One field of a message: an integer, or anything with a length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _field(1, name) + _varint(2 << 3 | 5) + np.float32(value).tobytes() + _field(20, 1)
    return _field(1, name) + _field(3, value) + _field(20, 2)


def _value(name: str, *shape: int | str) -> bytes:
    dims = b"".join(_field(1, _field(1, d) if isinstance(d, int) else _field(2, d)) for d in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, _FLOAT) + _field(2, dims)))


class _Graph:
    """Collects nodes and weights."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []

    def weight(self, name: str, data: NDArray[np.float32] | NDArray[np.int8]) -> str:
        kind = _INT8 if data.dtype == np.int8 else _FLOAT
        dims = b"".join(_field(1, d) for d in data.shape)
        self._weights.append(dims + _field(2, kind) + _field(8, name) + _field(9, data.tobytes()))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], ms: bool = True, **attrs: Attribute
    ) -> str:
        """Add a node (`ms`: one of onnxruntime's own operators); its first output."""
        body = b"".join(_field(1, i) for i in inputs) + b"".join(_field(2, o) for o in outputs)
        body += _field(4, kind) + b"".join(_field(5, _attribute(k, v)) for k, v in attrs.items())
        self._nodes.append(body + (_field(7, "com.microsoft") if ms else b""))
        return outputs[0]

    def model(self, inputs: Sequence[bytes], outputs: Sequence[bytes]) -> bytes:
        parts = [(1, self._nodes), (5, self._weights), (11, inputs), (12, outputs)]
        graph = b"".join(_field(n, item) for n, items in parts for item in items) + _field(2, "e5")
        opsets = _field(8, _field(1, "") + _field(2, 17)) + _field(8, _field(1, "com.microsoft") + _field(2, 1))
        return _field(1, 8) + opsets + _field(7, graph)


def build(file: ModelFile) -> bytes:
    """The ONNX model: `x` (1, tokens, hidden), the normalised embeddings, to `y` of the same shape."""
    graph, shape = _Graph(), file.shape
    x = "x"
    for number in range(shape.layers):
        x = _layer(graph, file, f"l{number}", x)
    graph.node("Identity", [x], ["y"], ms=False)
    ends = (1, "tokens", shape.hidden)
    return graph.model([_value("x", *ends)], [_value("y", *ends)])


def _matmul(graph: _Graph, name: str, x: str, parts: Sequence[Quantised]) -> str:
    rows = np.concatenate([p.all_rows() for p in parts])
    scales = (np.abs(rows).max(axis=1) / _LARGEST).astype(np.float32)
    whole = np.rint(rows / scales[:, None]).astype(np.int8)
    weights = graph.weight(f"{name}.w", np.ascontiguousarray(whole.T))
    return graph.node("DynamicQuantizeMatMul", [x, weights, graph.weight(f"{name}.s", scales)], [name])


def _add_and_norm(graph: _Graph, file: ModelFile, name: str, x: str, more: str, norm: str, bias: str) -> str:
    parts = [graph.weight(f"{name}.{p}", file.floats(p)) for p in (f"{norm}.w", f"{norm}.b", bias)]
    return graph.node("SkipLayerNormalization", [x, more, *parts], [f"{name}.out"], epsilon=float(file.shape.epsilon))


def _layer(graph: _Graph, file: ModelFile, name: str, x: str) -> str:
    shape = file.shape
    narrow = [file.quantised(f"{name}.{p}.w", shape.hidden) for p in ("q", "k", "v", "ao", "fi")]
    qkv = _matmul(graph, f"{name}.qkv", x, narrow[:3])
    heads = [f"{name}.{p}" for p in ("q", "k", "v")]
    graph.node("Split", [qkv], heads, ms=False, axis=2)
    bias = graph.weight(f"{name}.qkv.b", np.concatenate([file.floats(f"{h}.b") for h in heads]))
    seen = graph.node("MultiHeadAttention", [*heads, bias], [f"{name}.att"], num_heads=shape.heads)
    more = _matmul(graph, f"{name}.ao", seen, narrow[3:4])
    x = _add_and_norm(graph, file, f"{name}.n1", x, more, f"{name}.aln", f"{name}.ao.b")
    inner = _matmul(graph, f"{name}.fi", x, narrow[4:])
    inner = graph.node("BiasGelu", [inner, graph.weight(f"{name}.fi.b", file.floats(f"{name}.fi.b"))], [f"{name}.g"])
    more = _matmul(graph, f"{name}.fo", inner, [file.quantised(f"{name}.fo.w", shape.inner)])
    return _add_and_norm(graph, file, f"{name}.n2", x, more, f"{name}.oln", f"{name}.fo.b")
