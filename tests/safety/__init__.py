"""What the tests of safety and ``python -m tests.safety`` share: each suite tries many cases and counts."""
