"""One file for each kind of figure; each function scores one question, means are taken in `eval.harness`."""
