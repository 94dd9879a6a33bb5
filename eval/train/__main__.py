"""`python -m eval.train`: gold utterances -> coach/assess/weights (network, vocabulary, calibration). Fixed seed."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path

import torch

from coach.assess.classifier import NETWORK, VOCABULARY, WEIGHTS, Classifier
from coach.assess.encode import Encoder
from coach.e5.weights import ModelFile
from eval.train import vocabulary
from eval.train.calibrate import calibrate
from eval.train.data import load
from eval.train.export import export
from eval.train.fit import Plan, fit
from eval.train.model import Network


def main() -> None:
    """Train, export, calibrate."""
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threads", type=int, default=2)
    for field in fields(Plan):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    plan = replace(Plan(), **{f.name: getattr(options, f.name) for f in fields(Plan)})
    torch.manual_seed(plan.seed)
    source = ModelFile(model_file())
    rows = vocabulary.kept(source.vocabulary)
    options.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(source.vocabulary, rows, options.out / VOCABULARY)
    net = Network(source, rows, plan.layers, plan.frozen)
    dev = load("dev")
    best = fit(net, Encoder(options.out / VOCABULARY), load("train"), dev, plan)
    export(best, options.out / NETWORK)
    calibrate(
        Classifier(options.out).probabilities([(e.context, e.text) for e in dev]), dev, options.out / "calibration.json"
    )


if __name__ == "__main__":
    main()
