"""Fine-tuning: codes, verdicts and pairs in one loss; an average of the weights along the way is kept."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from coach.assess.codes import CODES, VERDICTS, verdicts
from coach.assess.encode import Encoder, Row, batch
from eval.train.data import Course, Example, Varied, batches, encoded, marked, served, shown, targets
from eval.train.model import Network, claims


@dataclass(frozen=True)
class Plan:
    """How to train. Rates are AdamW's; `decay` is the factor from one layer to the one below."""

    layers: int = 12
    deep: int = 6  # lower layers that read the context
    epochs: int = 3
    pieces: int = 2048  # padded pieces a batch
    rate: float = 8e-5
    head_rate: float = 1e-3
    decay: float = 0.9
    margin: float = 0.5  # weight of the pair loss
    aims: float = 0.12  # weight of the loss of what the asker would learn
    looks: float = 0.1  # weight of the loss of where the codes look
    average: float = 0.98
    seed: int = 7


def _groups(net: Network, plan: Plan) -> list[dict[str, object]]:
    below = [nn.ModuleList([net.words, net.places, net.norm]), *net.layers]
    groups: list[dict[str, object]] = [
        {"params": list(module.parameters()), "lr": plan.rate * plan.decay**depth}
        for depth, module in enumerate(reversed(below))
    ]
    head: list[nn.Module] = [net.look, net.dense, net.codes, net.told, net.dense_aims, net.aims]
    groups.append({"params": [p for m in head for p in m.parameters()], "lr": plan.head_rate})
    return groups


class Lesson(NamedTuple):
    """What a batch should have said: codes (n, 11), verdicts that are false (n, 4), how much each counts (n,)."""

    codes: Tensor
    truth: Tensor
    counts: Tensor

    def part(self, chosen: Sequence[int]) -> Lesson:
        """The examples `chosen`."""
        return Lesson(self.codes[chosen], self.truth[chosen], self.counts[chosen])


def loss_of(logits: Tensor, lesson: Lesson, pairs: Sequence[tuple[int, int]], margin: float) -> Tensor:
    """Codes (rarer ones weigh more), verdicts, and for each (clean, faulty) pair the order of the two."""
    weight = torch.tensor([1.0, 1.5, 1.5, 1.5, 1.5, 1.5, 2.0, 1.5, 1.5, 1.5, 1.5])
    both = claims(logits)
    truth, each = lesson.truth, lesson.counts[:, None]
    codes = F.binary_cross_entropy_with_logits(logits, lesson.codes, pos_weight=weight, weight=each)
    claim = F.binary_cross_entropy_with_logits(both, truth, weight=each)
    clean = F.binary_cross_entropy_with_logits(both[:, -1:], truth[:, -1:], weight=each)
    total = 2 * codes + claim + clean
    if pairs and margin:
        good, bad = both[[a for a, _ in pairs], -1], both[[b for _, b in pairs], -1]
        total = total + margin * F.softplus(good - bad + 1).mean() * (2 * len(pairs) / len(logits))
    return total


def aims_loss(aims: Tensor, serves: Tensor, counts: Tensor) -> Tensor:
    """How far the shares of the questions are from what readers found, summed over the questions."""
    each = F.binary_cross_entropy_with_logits(aims, serves, reduction="none").sum(1)
    return (each * counts).sum() / counts.sum().clamp(min=1.0)


def looks_loss(looks: Tensor, marks: Sequence[Sequence[tuple[int, list[int]]]]) -> Tensor:
    """How much of a code's look falls beside the words that a reader marked for it."""
    there = [looks[i, pieces, code].sum() for i, found in enumerate(marks) for code, pieces in found]
    return -(torch.stack(there) + 1e-4).log().mean() if there else looks.new_zeros(())


def truth_of(examples: Sequence[Example]) -> NDArray[np.float32]:
    """1 where a verdict (three, then `clean`) is false, shape (n, 4)."""
    found = [verdicts(e.codes) for e in examples]
    return np.array([[*(not getattr(v, name) for name in VERDICTS), not v.clean] for v in found], np.float32)


def _pairs(examples: Sequence[Example]) -> list[tuple[int, int]]:
    clean = {e.pair: i for i, e in enumerate(examples) if e.pair and not e.faulty}
    return [(clean[e.pair], i) for i, e in enumerate(examples) if e.faulty and e.pair in clean]


def _half() -> torch.autocast:
    """Numbers of 16 bits where the processor has them; elsewhere they take thirty times as long as those of 32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu.get_capabilities().get("avx512_bf16", False))


def _tensors(rows: Sequence[Row]) -> tuple[Tensor, Tensor]:
    made = batch(rows)
    return torch.from_numpy(made.pieces), torch.from_numpy(made.told)


def logits_of(net: Network, rows: Sequence[Row]) -> NDArray[np.float32]:
    """The network's logits for `rows`, shape (n, 11)."""
    net.eval()
    out = np.zeros((len(rows), len(CODES)), np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].pieces))
    with torch.no_grad(), _half():
        for i in range(0, len(order), 32):
            part = order[i : i + 32]
            out[part] = net(*_tensors([rows[j] for j in part]))[0].float().numpy()
    return out


def fit(net: Network, encoder: Encoder, course: Course, dev: Sequence[Example], plan: Plan) -> Network:
    """The average of the weights along the training of `net` on `course`; `dev` is only reported."""
    examples, rng = course.examples, random.Random(plan.seed)
    torch.manual_seed(plan.seed)
    optimiser = torch.optim.AdamW(_groups(net, plan), weight_decay=0.01, fused=True)
    peaks = [float(g["lr"]) for g in optimiser.param_groups]
    varied = Varied(examples, encoder, rng)
    lesson = Lesson(*map(torch.from_numpy, (targets(examples), truth_of(examples), course.counts)))
    serves, sure = map(torch.from_numpy, served(examples))
    dev_rows = encoded(encoder, [shown(encoder, e) for e in dev])
    first = list(batches(examples, encoded(encoder, [shown(encoder, e) for e in examples]), plan.pieces, rng))
    total, step, kept = plan.epochs * len(first), 0, copy.deepcopy(net)
    for epoch in range(plan.epochs):
        started, losses = time.monotonic(), []
        texts = [varied(e) for e in examples]
        rows = encoded(encoder, texts)
        marks = [marked(e, text, row) for e, (_, text), row in zip(examples, texts, rows, strict=True)]
        for part in batches(examples, rows, plan.pieces, rng):
            net.train()
            _set_rates(optimiser, peaks, min(1.0, (step + 1) / (0.1 * total)) * max(0.02, 1 - step / total))
            with _half():
                logits, looks, aims = net(*_tensors([rows[i] for i in part]))
            loss = loss_of(logits.float(), lesson.part(part), _pairs([examples[i] for i in part]), plan.margin)
            loss = loss + plan.aims * aims_loss(aims.float(), serves[part], sure[part])
            loss = loss + plan.looks * looks_loss(looks.float(), [marks[i] for i in part])
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            _average(kept, net, min(plan.average, (step + 1) / (step + 10)))
            step += 1
            losses.append(float(loss.detach()))
        took = f"{time.monotonic() - started:.0f} s, {step} steps"
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {took}", flush=True)
        print("  dev", report(logits_of(kept, dev_rows), dev), flush=True)
    return kept


def mean(one: Network, other: Network) -> Network:
    """A network whose weights lie halfway between those of two that began alike."""
    halfway = copy.deepcopy(one)
    _average(halfway, other, 0.5)
    return halfway


def _set_rates(optimiser: torch.optim.Optimizer, peaks: Sequence[float], share: float) -> None:
    for group, peak in zip(optimiser.param_groups, peaks, strict=True):
        group["lr"] = peak * share


def _average(kept: Network, net: Network, share: float) -> None:
    with torch.no_grad():
        for a, b in zip(kept.parameters(), net.parameters(), strict=True):
            a.lerp_(b, 1 - share)


def report(logits: NDArray[np.float32], examples: Sequence[Example]) -> str:
    """Kappa of clean per language, F1 of not solution_free, and pairs in the right order."""
    from sklearn.metrics import cohen_kappa_score, f1_score

    scores, truth = claims(torch.from_numpy(logits)).numpy(), truth_of(examples)
    parts = []
    for lang in ("en", "fr"):
        chosen = [i for i, e in enumerate(examples) if e.lang == lang]
        parts.append(f"{lang} kappa {cohen_kappa_score(truth[chosen, -1], scores[chosen, -1] > 0):.3f}")
    parts.append(f"F1(not solution_free) {f1_score(truth[:, 0], scores[:, 0] > 0):.3f}")
    ordered = [scores[b, -1] > scores[a, -1] for a, b in _pairs(examples)]
    return ", ".join([*parts, f"pairs in order {np.mean(ordered):.3f}"])
