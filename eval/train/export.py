"""The trained network as one int8 ONNX file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch

from eval.train.model import Network

_HEAD = ("/look", "/dense", "/MatMul")  # small and decisive: stays in float


def export(net: Network, file: Path) -> None:
    """Write `net` to `file`; the matrices and the word vectors in 8 bits, the head in 32."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    example = (torch.randint(4, 2000, (2, 24)), torch.ones(2, 24, dtype=torch.long))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            net,
            example,
            str(full),
            input_names=["pieces", "told"],
            output_names=["codes"],
            dynamic_axes={"pieces": {0: "n", 1: "length"}, "told": {0: "n", 1: "length"}, "codes": {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
        nodes = onnx.load(str(full)).graph.node
        quantize_dynamic(
            full,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # 7 bits: on processors without VNNI the products of 8 would overflow
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            nodes_to_exclude=[n.name for n in nodes if n.name.startswith(_HEAD)],
        )
