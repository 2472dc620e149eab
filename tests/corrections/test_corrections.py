"""Corrections in SQLite: versions, undo, search, streams, import, and what a full disk does."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.corrections import (
    Correction,
    CorrectionFilter,
    CorrectionStore,
    bytes_digest,
    export_labelled,
    export_log,
    import_rows,
    storable,
    text_digest,
)
from classify.errors import ConflictError, CorrectionError, DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CorrectionStore]:
    with CorrectionStore(
        tmp_path / "c.sqlite", now=lambda: datetime(2026, 3, 5, 8, 30, tzinfo=timezone.utc)
    ) as made:
        yield made


def section(title: str = "水库蓄水", label: str = "forestry") -> Correction:
    return Correction.of_section(title, f"{title}，云港市石泉水库。", label, file="p.txt", headline=title)


def test_a_correction_is_kept_with_version_time_and_digest(store: CorrectionStore, tmp_path: Path) -> None:
    kept = store.add(section(), version=0)
    assert (kept.id, kept.version, kept.time) == (1, 1, "2026-03-05T08:30:00.000Z")
    assert kept.text_sha256 == text_digest(kept.title, kept.text)
    with CorrectionStore(tmp_path / "c.sqlite") as again:
        assert again.get(1) == kept
        assert again.current("section", kept.text_sha256) == (1, kept)


def test_the_database_waits_for_the_disk(store: CorrectionStore) -> None:
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("version", [0, 2, 7])
def test_another_version_is_a_conflict_and_keeps_nothing(store: CorrectionStore, version: int) -> None:
    store.add(section(), version=0)
    with pytest.raises(ConflictError, match="there is version 1") as caught:
        store.add(section(label="business"), version=version)
    assert caught.value.version == 1
    assert [c.after for c in store.stream()] == [{"section": "forestry"}]


def test_undo_gives_back_what_held_before(store: CorrectionStore) -> None:
    first = store.add(section(), version=0)
    second = store.add(section(label="business"), version=1)
    assert store.undo(second.id, version=2) == (3, first)
    assert store.undo(first.id, version=3) == (4, None)
    assert store.corpus().labels == []
    again = store.add(section(label="other"), version=4)
    assert store.corpus().labels == ["other"]
    assert [c.undoes for c in store.stream()] == [None, None, second.id, first.id, None]
    assert again.version == 5


def test_only_what_holds_can_be_undone(store: CorrectionStore) -> None:
    first = store.add(section(), version=0)
    store.add(section(label="business"), version=1)
    with pytest.raises(ConflictError, match="is not what holds"):
        store.undo(first.id, version=2)
    with pytest.raises(CorrectionError, match="there is no correction 99"):
        store.undo(99, version=0)


def test_lists_search_and_go_on(store: CorrectionStore) -> None:
    for k in range(5):
        store.add(section(f"水库{k}", "forestry" if k % 2 else "business"), version=0)
    store.add(section("水库4", "other"), version=1)
    assert [c.headline for c in store.find(CorrectionFilter(), 2)] == ["水库4", "水库3"]
    assert [c.id for c in store.find(CorrectionFilter(before=4), 2)] == [3, 2]
    assert [c.id for c in store.find(CorrectionFilter(section="forestry"))] == [4, 2]
    assert [c.id for c in store.find(CorrectionFilter(query="水库4"))] == [6]
    assert [c.id for c in store.find(CorrectionFilter(query="水库4", undone=True))] == [6, 5]
    assert store.find(CorrectionFilter(query="%")) == []
    assert store.count(CorrectionFilter()) == 5
    assert store.count(CorrectionFilter(kind="boundaries")) == 0
    assert store.count_until(CorrectionFilter(), "2026-03-05T08:30:00.000Z") == 5
    assert store.count_until(CorrectionFilter(), "") == 0


def test_a_stream_sees_the_rows_of_its_beginning_and_stops_no_writer(store: CorrectionStore) -> None:
    for k in range(3):
        store.add(section(f"水库{k}"), version=0)
    stream = store.stream()
    seen = [next(stream)]
    store.add(section("水库9"), version=0)
    assert [c.title for c in [*seen, *stream]] == ["水库0", "水库1", "水库2"]


def test_a_log_is_imported_whole_with_the_pages_of_boundaries(store: CorrectionStore, tmp_path: Path) -> None:
    page = "第3版\n水库蓄水".encode()
    undone = store.add(section("水库0"), version=0)
    store.undo(undone.id, version=1)
    store.add(section("水库1"), version=0)
    drawn = Correction("boundaries", bytes_digest(page), {}, {"articles": []}, file="p.txt")
    store.add(drawn, version=0, document=("p.txt", page))
    log = list(export_log(store))
    with CorrectionStore(tmp_path / "other.sqlite") as other:
        counts = import_rows(other, log)
        assert (counts.added, counts.known, counts.conflicts) == (2, 0, 0)
        assert [c.title for c in other.stream()] == ["水库1", ""]
        assert other.document(bytes_digest(page)) == ("p.txt", page)
        assert import_rows(other, log).known == 2
        newer = other.add(section("水库1", "business"), version=1)
        assert import_rows(other, log).conflicts == 1
        assert other.current("section", newer.text_sha256)[1] == newer
    assert store.document("0" * 64) is None


def test_an_import_keeps_all_or_nothing(store: CorrectionStore) -> None:
    good = {"title": "水库", "text": "水库蓄水。", "section": "forestry"}
    with pytest.raises(CorrectionError, match="row 2 is no correction"):
        import_rows(store, [good, {"title": "水库"}])
    assert list(store.stream()) == []
    assert import_rows(store, [good]).added == 1
    assert next(iter(export_labelled(store)))["label"] == "forestry"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"text": 3, "section": "a"},
        {"text": "a", "section": " "},
        {"text": "", "section": "a"},
        {"text": "a", "after": []},
        {"kind": "what", "text": "a", "after": {"section": "a"}},
        {"kind": "boundaries", "text_sha256": "0", "after": {"articles": []}},
        {"kind": "boundaries", "text_sha256": "0", "after": {"articles": []}, "data": "no base64"},
        {"kind": "boundaries", "text_sha256": "0", "after": {"articles": []}, "data": "YQ=="},
    ],
)
def test_rows_that_are_no_corrections(store: CorrectionStore, row: dict[str, object]) -> None:
    with pytest.raises(CorrectionError, match="row 1 is no correction"):
        import_rows(store, [row])


def test_settings(store: CorrectionStore) -> None:
    assert store.setting("serving") is None
    store.set_setting("serving", {"a": 1})
    store.set_setting("serving", {"a": 2})
    assert store.setting("serving") == {"a": 2}


def test_a_full_disk_is_told_and_keeps_nothing(store: CorrectionStore) -> None:
    """SQLite's own limit of pages fails where a full disk does, with the same error."""
    store.add(section("水库0"), version=0)
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    long = Correction.of_section("水库", "水" * 50_000, "forestry")
    with pytest.raises(DatabaseError, match="full; make room on the disk; nothing of it was kept"):
        store.add(long, version=0)
    assert [c.title for c in store.stream()] == ["水库0"]
    store._db.execute(f"PRAGMA max_page_count = {pages + 100}")
    assert store.add(long, version=0).version == 1


def test_another_program_s_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("水库蓄水。" * 200, encoding="utf-8")
    with pytest.raises(DatabaseError, match="damaged or another program's"):
        CorrectionStore(text)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE a (b)")
    db.close()
    with pytest.raises(CorrectionError, match="is no database of corrections"):
        CorrectionStore(other)
    with pytest.raises(CorrectionError, match="unable to open"):
        CorrectionStore(tmp_path / "none" / "c.sqlite")


def test_two_writers_at_once_never_overwrite_each_other(tmp_path: Path) -> None:
    """Each version of a target is given once, whichever of two stores gives it."""
    with CorrectionStore(tmp_path / "c.sqlite") as one, CorrectionStore(tmp_path / "c.sqlite") as two:
        kept: list[tuple[int, str]] = []
        conflicts: list[int] = []

        def write(store: CorrectionStore, name: str) -> None:
            for k in range(30):
                version, _ = store.current("section", section().text_sha256)
                try:
                    made = store.add(section(label=f"{name}{k}"), version=version)
                except ConflictError as e:
                    conflicts.append(e.version)
                else:
                    kept.append((made.version, f"{name}{k}"))

        threads = [threading.Thread(target=write, args=pair) for pair in ((one, "a"), (two, "b"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = [(c.version, c.after["section"]) for c in one.stream()]
        assert rows == sorted(kept)
        assert [version for version, _ in rows] == list(range(1, len(rows) + 1))
        assert len(kept) + len(conflicts) == 60


@settings(max_examples=20)
@given(title=st.text(max_size=40), text=st.text(st.characters(exclude_categories=[]), max_size=40))
def test_any_text_is_kept_as_it_can_be_stored(
    tmp_path_factory: pytest.TempPathFactory, title: str, text: str
) -> None:
    with CorrectionStore(tmp_path_factory.mktemp("any") / "c.sqlite") as store:
        kept = store.add(Correction.of_section(title, text, "a"), version=0)
        found = store.get(kept.id)
        assert found is not None
        assert (found.title, found.text) == (storable(title), storable(text))
        assert found == kept
