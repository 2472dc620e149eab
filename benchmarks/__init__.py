"""Measurements beside the peers: ``python -m benchmarks``. Each module's `measure` gives a `harness.Section`."""
