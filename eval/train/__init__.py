"""Trains the evaluator's model: `python -m eval.train`. Needs the `train` dependency group."""
