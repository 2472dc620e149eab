"""Coverage-guided fuzzing with atheris: ``python -m tests.fuzz TARGET [seconds]``. See __main__.py."""
