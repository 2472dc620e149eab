"""Open files that others may have put there.

A name is not yet a file: a pipe under it makes a reader wait for ever, and whoever may write to the folder can put one
there between a check and the opening. So the file is opened first, without waiting, and what was opened is checked.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import IO

__all__ = ["open_regular"]


def open_regular(path: str | os.PathLike[str], *, follow: bool = True) -> IO[bytes]:
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
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    handle = os.open(path, flags)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is a pipe or a device, not a file", os.fspath(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
