"""Griffe extension: reads this project's docstrings as they are meant.

Two habits of the docstrings are not read right by griffe's parser of numpydoc sections. Bare ``>>>`` lines without an
"Examples" heading become quotations, or parameters. And of ``norm : {"l1", "l2"} or None, default="l2"`` the first
choice is taken for the default. Both are rewritten before the docstring is parsed.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension

__all__ = ["Docstrings", "rewrite"]


class Docstrings(Extension):
    """Rewrites the docstring of every object."""

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        """Change the docstring of `obj`; griffe calls this before the docstring is parsed."""
        if obj.docstring:
            obj.docstring.value = rewrite(obj.docstring.value)


def rewrite(docstring: str) -> str:
    """Return `docstring` with a heading before its first ``>>>``, and choices without braces.

    >>> rewrite('norm : {"l1", "l2"} or None, default="l2"')
    'norm : "l1", "l2" or None, default="l2"'
    >>> rewrite("Return two.\\n\\n>>> f()").splitlines()[2:]
    ['Examples', '--------', '>>> f()']
    """
    docstring = re.sub(r"^(\w+(?:, \w+)* : )\{([^}\n]*)\}", r"\1\2", docstring, flags=re.MULTILINE)
    if re.search(r"^Examples\n-+$", docstring, re.MULTILINE):
        return docstring
    return re.sub(r"^>>>", "Examples\n--------\n>>>", docstring, count=1, flags=re.MULTILINE)
