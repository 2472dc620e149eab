"""Corrections from one database to another, and to training: exports as streams of records, and import."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from classify.corrections.records import Correction, CorrectionFilter, bytes_digest, storable
from classify.errors import CorrectionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from classify.corrections.store import CorrectionStore, ImportCounts

__all__ = ["export_labelled", "export_log", "import_rows"]


def import_rows(store: CorrectionStore, rows: Iterable[Mapping[str, Any]]) -> ImportCounts:
    """Add what `export_log` gave, or records with ``title``, ``text`` and ``section``; all of them or none.

    Raises
    ------
    CorrectionError
        A row is no correction.
    """
    return store.import_(_imported(row, number) for number, row in enumerate(rows, 1))


def export_log(store: CorrectionStore) -> Iterator[dict[str, Any]]:
    """Yield every row as plain data, the oldest first; boundaries with the bytes of their page, in base64."""
    for correction in store.stream():
        row = correction.to_dict()
        if correction.kind == "boundaries" and (page := store.document(correction.text_sha256)):
            row["data"] = base64.b64encode(page[1]).decode("ascii")
        yield row


def export_labelled(store: CorrectionStore) -> Iterator[dict[str, Any]]:
    """Yield the section corrections that hold as records that `classify train` reads, the oldest first."""
    for c in store.stream(CorrectionFilter(kind="section")):
        yield {"title": c.title, "text": c.text, "label": c.after["section"], "file": c.file, "time": c.time}


def _imported(row: Mapping[str, Any], number: int) -> tuple[Correction, tuple[str, bytes] | None]:
    """Return the correction of a row of a log, or of a record with a text and a section, and its page."""
    refused = CorrectionError(
        f"row {number} is no correction; give what the export `log` wrote, or records with text and section"
    )
    texts = {key: row.get(key) or "" for key in ("file", "headline", "title", "text", "model_sha256", "time")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise refused
    texts = {key: storable(value) for key, value in texts.items()}
    title, text = texts.pop("title"), texts.pop("text")
    known: dict[str, Any] = {
        **texts,
        **{key: storable(value) for key in ("document", "article") if isinstance(value := row.get(key), str)},
        "undone": bool(row.get("undone")) or row.get("undoes") is not None,
    }
    after = row.get("after", {"section": row.get("section", row.get("label"))})
    before = row.get("before")
    if not isinstance(after, dict):
        raise refused
    if not isinstance(before, dict):
        before = {}
    if row.get("kind", "section") == "section":
        section = after.get("section")
        if not isinstance(section, str) or not section.strip() or not (title or text.strip()):
            raise refused
        return Correction.of_section(title, text, section.strip(), before=before, **known), None
    digest, data = row.get("text_sha256"), row.get("data")
    page = None
    if isinstance(data, str):
        with suppress(ValueError):
            page = base64.b64decode(data, validate=True)
    if row["kind"] != "boundaries" or not isinstance(after.get("articles"), list):
        raise refused
    if page is None or bytes_digest(page) != digest:
        raise refused
    known["document"] = digest
    return Correction("boundaries", digest, before, after, **known), (texts["file"], page)
