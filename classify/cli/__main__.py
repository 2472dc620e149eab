"""``python -m classify.cli``: the command ``classify``."""

from classify.cli import main

main()
