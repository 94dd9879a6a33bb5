"""Gold sets, training scripts and benches."""
