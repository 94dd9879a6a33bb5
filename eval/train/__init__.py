"""Trains the evaluator's model: `python -m eval.train` (or `make train`). Needs the `train` dependency group."""
