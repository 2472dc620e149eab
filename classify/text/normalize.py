"""Cleaning of text before anything else looks at it.

Three strengths, each idempotent:

* `clean`: what no reader ever wants. NFC; line ends to ``\\n``; control, format and lone-surrogate
  characters dropped. Widths, blanks and everything printed stay.
* `fold`: for features only. `clean`, then full-width ASCII to half-width and all blanks to one space, so
  that ９８００ and 9800 are the same term. Its offsets are not those of the input.
* `printable`: for terminals. Escapes whatever could move a cursor or turn the reading direction.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean", "fold", "printable"]

# C0/C1 controls but tab and newline; zero-width and bidi controls; BOM; lone surrogates; noncharacters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029\x0b\x0c]")
_BLANKS = re.compile(r"[^\S\n]+")
_FULLWIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
# Chinese punctuation keeps its width: half-width forms of it mean something else to a sentence splitter.
for _c in "，！？：；（）":
    del _FULLWIDTH[ord(_c)]
_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, format characters, surrogates and separators of lines and paragraphs."""
_MUST_LOOK = re.compile("[^\n\t -~\u2010-\u2027\u2030-\u205e\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")


def clean(text: str) -> str:
    """Return `text` in NFC with one kind of line end and no invisible characters."""
    if not _MUST_LOOK.search(text):  # the common case: nothing to do
        return text
    text = _LINE_END.sub("\n", text)
    text = _UNWANTED.sub("", text)
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return `text` cleaned, with full-width ASCII made half-width and runs of blanks made one space."""
    text = clean(clean(text).translate(_FULLWIDTH))  # what was full-width may compose with what follows
    return _BLANKS.sub(" ", text).strip()


def printable(text: str) -> str:
    """Return `text` with what could steer a terminal escaped; newlines and tabs stay."""
    if text.isprintable():  # the common case
        return text
    return "".join(
        _escaped(c) if unicodedata.category(c) in _STEERING and c not in "\n\t" else c for c in text
    )


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
