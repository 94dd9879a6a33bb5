"""The trained network as one int8 ONNX file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch

from eval.train.model import Network

_HEAD = ("/look", "/dense", "/aims")  # small and decisive: stays in float
# What leaves the GELU has outliers: with one scale for all of it, as elsewhere, a fortieth of the verdicts changed;
# with a scale for every 64 numbers, under a hundredth. With one for every 256 dev reads the same and a call takes a twelfth less.
_FINE, _BLOCK = "/down", 256


def export(net: Network, file: Path) -> None:
    """Write `net` to `file`; the matrices and the word vectors in 8 bits, the head in 32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full, fine = Path(folder) / "full.onnx", Path(folder) / "fine.onnx"
        _write(net, full)
        names = _in_blocks(full, fine)
        quantize_dynamic(
            fine,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # 7 bits: on processors without VNNI the products of 8 would overflow
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            nodes_to_exclude=[n for n in names if n.startswith(_HEAD)],
        )


def _write(net: Network, file: Path) -> None:
    told = torch.cat([torch.zeros(1, 12, dtype=torch.long), torch.ones(1, 12, dtype=torch.long)], 1)
    torch.onnx.export(
        net,
        (torch.randint(4, 2000, (1, 24)), told),
        str(file),
        input_names=["pieces", "told"],
        output_names=["codes", "looks", "aims"],
        dynamic_axes={"pieces": {1: "length"}, "told": {1: "length"}, "looks": {1: "said"}},
        opset_version=17,
        dynamo=False,
    )


def _in_blocks(source: Path, file: Path) -> list[str]:
    """Write `source` to `file` with the matrices behind the GELU in blocks of 8-bit numbers; the names of its nodes."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    model = onnx.load(str(source))
    names = [n.name for n in model.graph.node]
    plan = DefaultWeightOnlyQuantConfig(block_size=_BLOCK, is_symmetric=True, accuracy_level=4, bits=8)
    made = MatMulNBitsQuantizer(model, algo_config=plan, nodes_to_exclude=[n for n in names if _FINE not in n])
    made.process()
    made.model.save_model_to_file(str(file), False)
    return names
