"""How fast it is: `python -m eval.bench.latency`, `python -m eval.bench.embedding`. Run them on an idle machine."""
