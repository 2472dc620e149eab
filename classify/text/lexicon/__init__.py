"""Word lists as data files, each with its source in its head."""
