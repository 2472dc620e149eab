"""Files that others may have put there: opened without waiting, their names written as text.

A name is not yet a file: a pipe under it makes a reader wait for ever, and whoever may write to the folder can put one
there between a check and the opening. So the file is opened first, without waiting, and what was opened is checked.

A name need not be text: on Linux it is bytes, and Python holds those that are not UTF-8 as lone surrogates, which no
JSON reader takes. `written_name` writes such a name so that it can be read, and `name_of_written` gives it back.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader

__all__ = ["file_digest", "name_of_written", "open_regular", "written_name"]

# Matches \xb0 and \ud800, as `written_name` writes them, and \x5c before such a piece; not \x41.
_ESCAPE = r"x(?:[89a-f][0-9a-f]|5c)|ud[89a-f][0-9a-f]{2}"
_TO_WRITE = re.compile(rf"[\ud800-\udfff]|\\(?={_ESCAPE})")
_WRITTEN = re.compile(rf"\\({_ESCAPE})")


def open_regular(path: str | os.PathLike[str], *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading.

    Parameters
    ----------
    path : str or path
    follow : bool, default=True
        Whether a symbolic link may lead to the file.

    Raises
    ------
    OSError
        It cannot be opened, or is no regular file: a folder, a pipe, a socket, a device.
    ValueError
        There is a NUL in the path.

    Examples
    --------
    >>> with open_regular("examples/page.txt") as file:
    ...     file.read(12).decode()
    '简明信息'
    """
    more = getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | more))  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "is a pipe or a device, not a file", os.fspath(path))
    return file


def file_digest(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file, hexadecimal; nothing where it cannot be read.

    >>> len(file_digest("examples/page.txt")), file_digest("no-such-page.txt")
    (64, '')
    """
    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while block := file.read(2**20):
                digest.update(block)
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()


def written_name(path: str) -> str:
    r"""Return a path as it is written to results: a byte that is not UTF-8 becomes ``\xb0``.

    A backslash before what looks like such a piece becomes ``\x5c``, so that no two paths are written alike. All other
    paths stay as they are. Bash gives the file back: ``cat $'\xb0\xe6.txt'``. Other lone surrogates, which names on
    Windows may have, become ``\ud800``.

    >>> print(written_name("第1版.txt"), written_name("\udcb0\udce6.txt"), written_name(r"\xb0"))
    第1版.txt \xb0\xe6.txt \x5cxb0
    """

    def escaped(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code < 0xDD00 else f"\\u{code:04x}"

    return _TO_WRITE.sub(lambda match: "\\x5c" if match[0] == "\\" else escaped(match), path)


def name_of_written(written: str) -> str:
    r"""Return the path that `written_name` has written.

    >>> name_of_written(r"\xb0\xe6.txt") == "\udcb0\udce6.txt", name_of_written(r"\x5cxb0") == r"\xb0"
    (True, True)
    """

    def character(match: re.Match[str]) -> str:
        code = int(match[1][1:], 16)
        return chr(code if code == 0x5C or code >= 0xD800 else 0xDC00 + code)

    return _WRITTEN.sub(character, written)
