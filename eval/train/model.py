"""The evaluator's network: the lower layers of multilingual-e5-small and a head for the eleven codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from coach.assess.codes import CODES, VERDICTS, breaking
from coach.assess.encode import PAD
from coach.cue_schema import INTENTS
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
        return self._rest(x, _attention()(*self.qkv(x).chunk(3, -1), mask, self.heads))

    def after(self, context: Tensor, said: Tensor, mask: Tensor) -> Tensor:
        """`said` after this layer, looking at `context` and itself: as `forward`, without the work for the context."""
        h = self.out.in_features
        weight, bias = self.qkv.weight, self.qkv.bias
        keys, values = F.linear(torch.cat([context, said], 1), weight[h:], bias[h:]).chunk(2, -1)
        return self._rest(said, _attention()(F.linear(said, weight[:h], bias[:h]), keys, values, mask, self.heads))

    def _rest(self, x: Tensor, mixed: Tensor) -> Tensor:
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, heads: int) -> Tensor:
    """Attention of several heads, (n, length, hidden) each; written out: the fused kernel trains slower on a CPU."""
    n, length, hidden = q.shape
    split = [t.view(n, -1, heads, hidden // heads).transpose(1, 2) for t in (q, k, v)]
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


def _attention() -> Callable[..., Tensor]:
    """`attend`, or its operator while the network is written for onnxruntime."""
    return Attention.apply if torch.onnx.is_in_onnx_export() else attend


class Network(nn.Module):
    """pieces, told (n, length) -> logits of the codes (n, 11), where each looks (n, said, 11), logits of the questions (n, 43).

    Each code has its own attention over the utterance's pieces: one loaded word may decide. The context is read by the
    lower `deep` layers only; above them the utterance goes on alone and looks back at what they made of the context.
    """

    def __init__(self, source: ModelFile, rows: NDArray[np.int64], layers: int, deep: int) -> None:
        super().__init__()
        shape = source.shape
        h = shape.hidden
        self.deep = deep
        self.words, self.places = nn.Embedding(len(rows), h), nn.Embedding(512, h)
        self.told = nn.Embedding(TOLD_KINDS, h)
        self.norm = nn.LayerNorm(h, shape.epsilon)
        self.layers = nn.ModuleList(Layer(h, shape.heads, shape.inner, shape.epsilon) for _ in range(layers))
        self.drop = nn.Dropout(0.1)
        # One look more than there are codes: the last one is for what the asker would learn.
        self.look, self.dense, self.codes = nn.Linear(h, len(CODES) + 1), nn.Linear(2 * h, h), nn.Linear(h, len(CODES))
        self.dense_aims, self.aims = nn.Linear(2 * h, h), nn.Linear(h, len(INTENTS))
        self._fill(source, rows)

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
            nn.init.constant_(self.aims.bias, -2.0)  # one question in ten serves
            for i, module in enumerate(self.layers):
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

    def forward(self, pieces: Tensor, told: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.norm(self.words(pieces) + self.places(places))
        mask = (pieces == PAD).to(x.dtype)[:, None, None, :] * -1e4
        x = x + self.told(told)
        for layer in self.layers[: self.deep]:
            x = layer(x, mask)
        x, told = (self._one if torch.onnx.is_in_onnx_export() else self._many)(x, told, mask)
        outside = (told == 0).to(x.dtype)[:, :, None]
        mean = (x * (1 - outside)).sum(1) / (1 - outside).sum(1)
        looks = (self.look(x) - 1e4 * outside).softmax(1)
        seen = looks.transpose(1, 2) @ x  # (n, codes, hidden)
        both = torch.cat([seen, mean[:, None, :].expand_as(seen)], -1)
        inner = torch.tanh(self.dense(self.drop(both[:, :-1])))
        aims = self.aims(self.drop(torch.tanh(self.dense_aims(self.drop(both[:, -1])))))
        return (self.drop(inner) * self.codes.weight).sum(-1) + self.codes.bias, looks[..., :-1], aims

    def _many(self, x: Tensor, told: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The upper layers over a batch: the utterances' rows, put flush left, look back at their contexts."""
        start = torch.argmax((told > 0).to(torch.int64), 1)[:, None]
        size, length = int((told > 0).sum(1).max()) + 1, x.shape[1]  # one more: the end mark
        at = start + torch.arange(size)[None]
        inside = at < length
        at = at.clamp(max=length - 1)
        context, said = x[:, : int(start.max())], x.gather(1, at[:, :, None].expand(-1, -1, x.shape[-1]))
        before = torch.arange(context.shape[1])[None] < start
        shown = mask.new_zeros(before.shape).masked_fill(~before, -1e4)
        own = mask[:, 0, 0].gather(1, at).masked_fill(~inside, -1e4)
        both = torch.cat([shown, own], 1)[:, None, None, :]
        for layer in self.layers[self.deep :]:
            said = layer.after(context, said, both)
        return said, told.gather(1, at) * inside

    def _one(self, x: Tensor, told: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The same for one text at a time, as it runs in the product."""
        start = torch.argmax((told > 0).to(torch.int64), 1)[0]
        context, said = x[:, :start], x[:, start:]
        for layer in self.layers[self.deep :]:
            said = layer.after(context, said, mask)
        return said, told[:, start:]


def _floats(source: ModelFile, name: str) -> Tensor:
    return torch.from_numpy(source.floats(name).copy())


def _matrix(source: ModelFile, name: str, columns: int) -> Tensor:
    return torch.from_numpy(source.quantised(name, columns).all_rows())


def claims(logits: Tensor) -> Tensor:
    """The logits that each verdict, and `clean`, is false: (n, 11) -> (n, 4), as `coach.assess.decide.log_odds`."""
    columns = [[CODES.index(c) for c in breaking(claim)] for claim in CLAIMS]
    return torch.stack([logits[:, c].logsumexp(1) for c in columns], 1)
