"""Room 1: the text of a raw page to articles."""

from classify.pages.articles import split_page
from classify.pages.readers import decode, read_text

__all__ = ["decode", "read_text", "split_page"]
