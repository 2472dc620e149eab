"""Counts of keys, against counts taken one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.sections import counting
from classify.sections.counting import SparseRows, count_keys, count_prefixes, row_sums, select

rows_of_keys = st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=8)


def flat(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    stops = np.cumsum([len(row) for row in rows], dtype=np.intp) if rows else np.zeros(0, np.intp)
    return np.array([k for row in rows for k in row], np.uint32), stops


def as_dicts(counted: tuple[np.ndarray, ...]) -> list[dict[int, int]]:
    counts, keys, sizes = counted
    assert sizes.sum() == len(counts) == len(keys)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows = []
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        assert (np.diff(keys[a:b]) > 0).all(), "keys ascend"
        rows.append(dict(zip(keys[a:b].tolist(), counts[a:b].tolist(), strict=True)))
    return rows


@pytest.mark.parametrize("together", [1, 8, 1 << 12])
@given(rows=rows_of_keys, data=st.data())
def test_keys_are_counted_text_by_text(together: int, rows: list[list[int]], data: st.DataObject) -> None:
    cuts = [data.draw(st.integers(0, len(row))) for row in rows]
    parts = [[row[:cut] for row, cut in zip(rows, cuts, strict=True)]]
    parts.append([row[cut:] for row, cut in zip(rows, cuts, strict=True)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SORTED_TOGETHER", together)
        counted = count_keys([flat(part) for part in parts], 10)
    assert as_dicts(counted) == [{k: row.count(k) for k in row} for row in rows]
    odd = select(counted[1] % 2 == 1, counted)
    assert as_dicts(odd) == [{k: row.count(k) for k in row if k % 2} for row in rows]


@given(rows=rows_of_keys)
def test_prefixes_are_counted_from_what_they_begin(rows: list[list[int]]) -> None:
    # Keys 0, 3, 6 and 9 are single characters; the two after each begin with it.
    counted = count_keys([flat(rows)], 10)
    prefix = np.arange(10, dtype=np.int32) // 3 * 3
    found = as_dicts(count_prefixes(counted, prefix, 1, None))
    for row, here in zip(rows, found, strict=True):
        heads = {k: sum(1 for other in row if other // 3 * 3 == k) for k in {other // 3 * 3 for other in row}}
        assert here == {**{k: row.count(k) for k in row}, **heads}


def test_a_table_of_keys_that_overflows_is_not_shared() -> None:
    keys = np.array([5, 5, 7, 5], np.uint32)
    counted = count_keys([(keys, np.array([2, 4]))], 1 << 31)
    assert as_dicts(counted) == [{5: 2}, {5: 1, 7: 1}]


def test_row_sums() -> None:
    assert row_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 0, 2, 2, 3, 3])).tolist() == [0, 3, 0, 4, 0]


def test_kept_columns_are_renumbered() -> None:
    rows = SparseRows(np.array([1, 2, 3]), np.array([0, 1, 2], np.int32), np.array([0, 2, 3]))
    kept = rows.kept(np.array([False, True, True]))
    assert kept.to_csr(2).toarray().tolist() == [[2, 0], [0, 3]]
