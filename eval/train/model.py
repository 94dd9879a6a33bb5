"""The evaluator's network: the lower layers of multilingual-e5-small and a head for the eleven codes."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from coach.assess.codes import CODES, VERDICTS, breaking
from coach.assess.encode import PAD
from coach.e5.weights import ModelFile

TOLD_KINDS = 4  # see coach.assess.encode
CLAIMS = (*VERDICTS, "clean")


class Layer(nn.Module):
    """One BERT layer (post-norm) with the three attention projections in one matrix."""

    def __init__(self, hidden: int, heads: int, inner: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm1, self.norm2 = nn.LayerNorm(hidden, eps), nn.LayerNorm(hidden, eps)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        parts = self.qkv(x).chunk(3, -1)
        mixed = (
            Attention.apply(*parts, mask, self.heads)
            if torch.onnx.is_in_onnx_export()
            else attend(*parts, mask, self.heads)
        )
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, heads: int) -> Tensor:
    """Attention of several heads, (n, length, hidden) each; written out: the fused kernel trains slower on a CPU."""
    n, length, hidden = q.shape
    split = [t.view(n, length, heads, hidden // heads).transpose(1, 2) for t in (q, k, v)]
    scores = split[0] @ split[1].transpose(-1, -2) * (hidden // heads) ** -0.5 + mask
    return (scores.softmax(-1) @ split[2]).transpose(1, 2).reshape(n, length, hidden)


class Attention(torch.autograd.Function):
    """`attend` as one operator of onnxruntime. The mask falls away: the classifier runs one row at a time."""

    @staticmethod
    def forward(ctx: object, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, heads: int) -> Tensor:
        return attend(q, k, v, mask, heads)

    @staticmethod
    def symbolic(g: object, q: object, k: object, v: object, mask: object, heads: int) -> object:
        return g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=heads).setType(q.type())  # type: ignore[attr-defined]


class Network(nn.Module):
    """pieces, told (n, length) -> logits of the codes (n, 11).

    Each code has its own attention over the utterance's pieces: one loaded word may decide.
    """

    def __init__(self, source: ModelFile, rows: NDArray[np.int64], layers: int, frozen: int) -> None:
        super().__init__()
        shape = source.shape
        h = shape.hidden
        self.frozen = frozen
        self.words, self.places = nn.Embedding(len(rows), h), nn.Embedding(512, h)
        self.told = nn.Embedding(TOLD_KINDS, h)
        self.norm = nn.LayerNorm(h, shape.epsilon)
        self.layers = nn.ModuleList(Layer(h, shape.heads, shape.inner, shape.epsilon) for _ in range(layers))
        self.drop = nn.Dropout(0.1)
        self.look, self.dense, self.codes = nn.Linear(h, len(CODES)), nn.Linear(2 * h, h), nn.Linear(h, len(CODES))
        self._fill(source, rows)
        for module in (self.words, self.places, self.norm):
            module.requires_grad_(False)

    def _fill(self, source: ModelFile, rows: NDArray[np.int64]) -> None:
        h = source.shape.hidden
        with torch.no_grad():
            self.words.weight.copy_(torch.from_numpy(source.quantised("emb.word", h).rows(rows)))
            first_type = _floats(source, "emb.type").view(-1, h)[0]
            self.places.weight.copy_(_floats(source, "emb.pos").view(-1, h)[: self.places.num_embeddings] + first_type)
            self.told.weight.zero_()
            self.norm.weight.copy_(_floats(source, "emb.ln.w"))
            self.norm.bias.copy_(_floats(source, "emb.ln.b"))
            nn.init.normal_(self.look.weight, std=0.02)
            for i, module in enumerate(self.layers):
                module.requires_grad_(i >= self.frozen)
                assert isinstance(module, Layer)
                self._fill_layer(module, source, f"l{i}.")

    @staticmethod
    def _fill_layer(layer: Layer, source: ModelFile, at: str) -> None:
        layer.qkv.weight.copy_(torch.cat([_matrix(source, f"{at}{n}.w", layer.qkv.in_features) for n in "qkv"]))
        layer.qkv.bias.copy_(torch.cat([_floats(source, f"{at}{n}.b") for n in "qkv"]))
        for module, name in ((layer.out, "ao"), (layer.up, "fi"), (layer.down, "fo")):
            module.weight.copy_(_matrix(source, f"{at}{name}.w", module.in_features))
            module.bias.copy_(_floats(source, f"{at}{name}.b"))
        for norm, name in ((layer.norm1, "aln"), (layer.norm2, "oln")):
            norm.weight.copy_(_floats(source, f"{at}{name}.w"))
            norm.bias.copy_(_floats(source, f"{at}{name}.b"))

    def forward(self, pieces: Tensor, told: Tensor) -> Tensor:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.norm(self.words(pieces) + self.places(places))
        mask = (pieces == PAD).to(x.dtype)[:, None, None, :] * -1e4
        for i, layer in enumerate(self.layers):
            # Above the frozen layers: no gradient has to travel through them.
            x = layer(x + self.told(told) if i == self.frozen else x, mask)
        outside = (told == 0).to(x.dtype)[:, :, None]
        mean = (x * (1 - outside)).sum(1) / (1 - outside).sum(1)
        looks = (self.look(x) - 1e4 * outside).softmax(1)  # (n, length, codes)
        seen = looks.transpose(1, 2) @ x  # (n, codes, hidden)
        both = torch.cat([seen, mean[:, None, :].expand_as(seen)], -1)
        inner = torch.tanh(self.dense(self.drop(both)))
        return (self.drop(inner) * self.codes.weight).sum(-1) + self.codes.bias


def _floats(source: ModelFile, name: str) -> Tensor:
    return torch.from_numpy(source.floats(name).copy())


def _matrix(source: ModelFile, name: str, columns: int) -> Tensor:
    return torch.from_numpy(source.quantised(name, columns).all_rows())


def claims(logits: Tensor) -> Tensor:
    """The logits that each verdict, and `clean`, is false: (n, 11) -> (n, 4), as `coach.assess.decide.log_odds`."""
    columns = [[CODES.index(c) for c in breaking(claim)] for claim in CLAIMS]
    return torch.stack([logits[:, c].logsumexp(1) for c in columns], 1)
