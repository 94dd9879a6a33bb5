"""What `export` wrote, read back into the network: where a later training goes on from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.train.model import Network

_MIDDLE = 128  # the zero of the blocks' unsigned numbers
Floats = NDArray[np.float32]


def restore(net: Network, file: Path) -> Network:
    """`net` with the weights of `file`, as exact as its 8 bits are.

    Raises:
        RuntimeError: when the file holds another network.
    """
    graph, held = _read(file)
    state = dict(_named(held)) | dict(_products(net, graph, held))
    net.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()})
    return net


def _read(file: Path) -> tuple[Any, dict[str, NDArray[Any]]]:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(file)).graph
    return graph, {t.name: numpy_helper.to_array(t) for t in graph.initializer}


def _named(held: dict[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """What keeps its name in the file: vectors, and matrices that are looked up or belong to a Gemm."""
    for name in held:
        base = name.removesuffix("_quantized")
        if name.startswith("onnx::") or name.endswith(("_scale", "_zero_point")):
            continue
        matrix = base != name and base.startswith(("dense", "aims"))
        yield base, _floats(held, name).T if matrix else _floats(held, name)


def _floats(held: dict[str, NDArray[Any]], name: str) -> Floats:
    """A matrix as it is multiplied from the right, whatever numbers it is kept in."""
    if name.endswith("_Q8"):
        blocks = held[name].astype(np.float32) - _MIDDLE
        scales: Floats = held[name.removesuffix("_Q8") + "_scales"].reshape(*blocks.shape[:2], 1)
        return (blocks * scales).reshape(len(blocks), -1).T
    if not name.endswith("_quantized"):
        return held[name]
    base = name.removesuffix("_quantized")
    zero = held[f"{base}_zero_point"].astype(np.float32)
    return (held[name].astype(np.float32) - zero) * held[f"{base}_scale"]


def _products(net: Network, graph: Any, held: dict[str, NDArray[Any]]) -> Iterator[tuple[str, Floats]]:
    """The matrices without a name of their own, in the order of the layers. The layers above `deep` ask apart."""
    matrices = (_floats(held, i) for n in graph.node if "MatMul" in n.op_type for i in n.input if _anonymous(i, held))
    biases = (held[i] for n in graph.node if n.op_type == "Add" for i in n.input if i.startswith("onnx::"))
    for i in range(len(net.layers)):
        query = next(matrices)
        if i >= net.deep:
            yield f"layers.{i}.qkv.bias", np.concatenate([next(biases), next(biases)])
            query = np.concatenate([query, next(matrices)], axis=1)
        yield f"layers.{i}.qkv.weight", query.T
        for part in ("out", "up", "down"):
            yield f"layers.{i}.{part}.weight", next(matrices).T
    for head in ("look", "dense"):
        yield f"{head}.weight", next(matrices).T


def _anonymous(name: str, held: dict[str, NDArray[Any]]) -> bool:
    return name.startswith("onnx::") and name in held and held[name].ndim > 1 and not name.endswith("_scales")
