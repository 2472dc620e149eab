"""Open files that others may have put there.

A name is not yet a file: a pipe under it makes a reader wait for ever, and whoever may write to the folder can put one
there between a check and the opening. So the file is opened first, without waiting, and what was opened is checked.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader

__all__ = ["open_regular"]


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
