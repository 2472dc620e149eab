"""The pages that were sent, kept on the disk for viewers while the service runs; the oldest go first."""

from __future__ import annotations

import os
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from classify.corrections import bytes_digest
from classify.service.reading import Upload

if TYPE_CHECKING:
    from classify.corrections import CorrectionStore

__all__ = ["Documents"]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a page on the disk; its bytes are in a file."""

    upload: Upload
    size: int


class Documents:
    """Pages by the digest of their bytes.

    Parameters
    ----------
    most : int
        Bytes that are kept in all.
    store : CorrectionStore
        Has the pages whose boundaries somebody corrected, for ever.

    Examples
    --------
    >>> import tempfile
    >>> from classify.corrections import CorrectionStore
    >>> with tempfile.TemporaryDirectory() as folder, CorrectionStore(f"{folder}/c.sqlite") as store:
    ...     documents = Documents(10, store)
    ...     digests = [documents.add(Upload(data, "page.txt")) for data in (b"12345678", b"abcdefgh")]
    ...     [documents.get(digest) for digest in digests]
    ...     documents.close()
    [None, Upload(file='page.txt', options=ReadOptions(kind='auto', encoding=None, text_column=None, \
title_column=None, label_column=None), pages=None, most=33554432)]
    """

    def __init__(self, most: int, store: CorrectionStore) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="classify-")
        self._most, self._store = most, store
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def add(self, upload: Upload) -> str:
        """Keep a page, and return its digest. Where the disk is full it is not kept, and posted again when needed."""
        digest = bytes_digest(upload.data)
        if (old := self._kept.pop(digest, None)) is not None:
            self._bytes -= old.size
        else:
            try:
                self._path(digest).write_bytes(upload.data)
            except OSError:
                return digest
        self._kept[digest] = _Kept(replace(upload, data=b""), len(upload.data))
        self._bytes += len(upload.data)
        while self._bytes > self._most and len(self._kept) > 1:
            oldest, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size
            self._path(oldest).unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> Upload | None:
        """Return a page; None where it is not kept."""
        kept = self._kept.get(digest)
        if kept is not None:
            try:
                return replace(kept.upload, data=self._path(digest).read_bytes())
            except OSError:
                del self._kept[digest]
        stored = self._store.document(digest)
        return None if stored is None else Upload(stored[1], stored[0])

    def close(self) -> None:
        """Delete what is kept."""
        self._folder.cleanup()

    def _path(self, digest: str) -> Path:
        return Path(os.path.join(self._folder.name, digest))
