"""What people corrected, in SQLite: sections of articles and boundaries of articles on a page.

A correction is acknowledged when `CorrectionStore.add` returns, and then it is on the disk: the database has a
write-ahead log and ``synchronous=FULL``, so that SQLite waits for the disk at every commit. Nothing is ever changed or
deleted but the mark ``undone``: an undo is a row as well, and the log tells who knew what.

What is corrected is a *target*: a kind and a digest, of the title and text of an article, or of the bytes of a page.
Its version is the number of its rows. Who corrects it says which version was seen; where another one has come since,
in this process or in another, `ConflictError` is raised and nothing is kept. A constraint of the database holds that,
so two services may share a database.

`classify.sections.retraining` trains on what `CorrectionStore.corpus` gives; `classify.service` is the usual writer.
"""

from classify.corrections.exchange import export_labelled, export_log, import_rows
from classify.corrections.records import (
    Correction,
    CorrectionFilter,
    Kind,
    bytes_digest,
    storable,
    text_digest,
)
from classify.corrections.store import CorrectionStore, ImportCounts

__all__ = [
    "Correction",
    "CorrectionFilter",
    "CorrectionStore",
    "ImportCounts",
    "Kind",
    "bytes_digest",
    "export_labelled",
    "export_log",
    "import_rows",
    "storable",
    "text_digest",
]
