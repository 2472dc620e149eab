"""Room 1: the text of a raw page to articles."""
