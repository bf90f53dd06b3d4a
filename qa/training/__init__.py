"""How the weights in `qa/models/` were made: data, train, export. Run `python -m qa.training --help`."""
