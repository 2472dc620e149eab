"""The articles of a shard, as JSON lines, to the bytes of its file and back, for each format."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from classify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["pack_lines", "unpack_lines"]


def pack_lines(lines: Sequence[bytes], format: str) -> bytes:
    r"""Return the file of a shard.

    Parameters
    ----------
    lines : sequence of bytes
        One JSON object each, with a line end.
    format : {"jsonl", "jsonl.gz"}

    Examples
    --------
    >>> pack_lines([b"{}\n", b"[]\n"], "jsonl")
    b'{}\n[]\n'
    """
    data = b"".join(lines)
    # gzip's default level: higher ones take more time than they save bytes. No time: same input, same bytes.
    return gzip.compress(data, 6, mtime=0) if format == "jsonl.gz" else data


def unpack_lines(data: bytes, format: str) -> list[bytes]:
    r"""Return the lines of a shard.

    Parameters
    ----------
    data : bytes
        What `pack_lines` has returned, or several such files in a row.
    format : {"jsonl", "jsonl.gz"}

    Raises
    ------
    InputError
        It is damaged.

    Examples
    --------
    >>> unpack_lines(pack_lines([b"{}\n", b"[]\n"], "jsonl.gz"), "jsonl.gz")
    [b'{}\n', b'[]\n']
    """
    if format == "jsonl.gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as e:
            raise InputError(f"damaged ({e})") from None
    return data.splitlines(keepends=True)
