"""Worker processes that end with their parent."""

from __future__ import annotations

import os
import signal
import threading
import time

__all__ = ["end_with"]


def end_with(parent: int) -> None:
    """Let this process, a worker, end when its parent is gone, or at once where it is gone already.

    A parent that was killed cannot end its workers, and they would wait for ever. Workers call this before anything
    else, since the parent may have been killed while they were started. Ctrl-C, which a terminal sends to all of them,
    is left to the parent.

    Parameters
    ----------
    parent : int
        The id of the parent process.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()
