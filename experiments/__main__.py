"""`python -m experiments` is `ablations`."""

from experiments.cli import main

main()
