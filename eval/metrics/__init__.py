"""One file for each kind of figure; pure functions of numbers and texts, from which `eval.figures` makes summaries."""
