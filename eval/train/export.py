"""The trained network as one int8 ONNX file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch

from eval.train.model import Network

_HEAD = ("/look", "/dense", "/aims")  # small and decisive: stays in float


def export(net: Network, file: Path) -> None:
    """Write `net` to `file`; the matrices and the word vectors in 8 bits, the head in 32."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    told = torch.cat([torch.zeros(1, 12, dtype=torch.long), torch.ones(1, 12, dtype=torch.long)], 1)
    example = (torch.randint(4, 2000, (1, 24)), told)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            net,
            example,
            str(full),
            input_names=["pieces", "told"],
            output_names=["codes", "looks", "aims"],
            dynamic_axes={"pieces": {1: "length"}, "told": {1: "length"}, "looks": {1: "said"}},
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
