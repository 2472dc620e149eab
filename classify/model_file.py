"""Model files: how a model's plain data is written, read and checked.

A model file is the output of ``joblib.dump``, uncompressed, for a dictionary of arrays, strings, numbers,
lists and dictionaries, followed by the SHA-256 of those bytes (32 bytes, which ``joblib.load`` ignores).

Decisions, and why:

- joblib's format, because users know it and can open the file without this package. This module is the only
  one that calls ``joblib.dump``; nothing here calls ``joblib.load``, which runs code that a file contains.
  `classify.unpickling` reads the bytes: it looks up no name and calls nothing.
- The digest at the end detects a file that is cut short or damaged. It does not say who made the file. For
  that, `load_state` takes the digest of the whole file, which the user has from a trusted place.
- The bytes depend on the model alone: a fixed pickle protocol, numbers little-endian, equal strings as one
  object. So two trainings on the same data can be compared by their digests.
- A model and its card (JSON, beside it) are renamed into place one after the other (`classify.atomic`). A
  run killed between the two leaves the new model with the old card; `load_card` compares digests and
  raises. Predictions need the model alone.

`classify.sections.model` converts between this plain data and a `Model`.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.atomic import replace_files
from classify.errors import ModelError
from classify.files import open_regular
from classify.text.normalize import printable
from classify.unpickling import NUMBERS, Refused, read

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "card_path",
    "load_card",
    "load_state",
    "model_digest",
    "model_error",
    "save_state",
    "shipped_model",
]

MAX_BYTES = 1 << 29
"""Largest model file in bytes. Chosen: five times the largest model of the benchmarks."""

MAX_CARD_BYTES = 1 << 24
"""Largest card in bytes. Chosen: the confusion matrix of a thousand classes fits in."""

_DIGEST_BYTES = hashlib.sha256().digest_size  # 32, at the end of a model file
_ADVICE = "train a model with `classify train`"


def shipped_model() -> Path:
    """Return the path of the model that comes with the package.

    It lies in ``classify/data`` of an installed package, and in ``models`` of a checkout.

    Raises
    ------
    ModelError
        If it is in neither place: a checkout in which no model was trained.

    Examples
    --------
    >>> shipped_model().name
    'sections.joblib'
    """
    package = Path(__file__).resolve().parent
    trained = package.parent / "models" / "sections.joblib"
    for path in (package / "data" / "sections.joblib", trained):
        if path.is_file():
            return path
    raise ModelError(f"no model at {trained}; {_ADVICE}")


def card_path(path: str | Path) -> Path:
    """Return the path of the card of the model at `path`.

    Examples
    --------
    >>> card_path("models/sections.joblib").as_posix()
    'models/sections.json'
    """
    return Path(path).with_suffix(".json")


def save_state(state: Mapping[str, Any], path: str | Path, card: Mapping[str, Any]) -> str:
    """Write the plain data of a model to `path` and its card beside it.

    Both files are complete or absent (`classify.atomic`). Missing folders are created.

    Parameters
    ----------
    state : mapping of str
        Arrays of one or two dimensions (types in `classify.unpickling.NUMBERS`), str, int (64 bits), float,
        bool, and lists and dictionaries of these, nested at most `classify.unpickling.MAX_DEPTH` deep.
    path : path
        The model file; its name does not end in ``.json``, which is the card's name.
    card : mapping of str
        Anything that JSON can hold. The key ``sha256`` is added.

    Returns
    -------
    str
        SHA-256 of the model file, 64 hexadecimal digits.

    Raises
    ------
    ModelError
        If the file cannot be written, or the data could not be read again by `load_state`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     digest = save_state({"weights": np.zeros(3)}, f"{folder}/m.joblib", {"language": "zh"})
    ...     load_card(f"{folder}/m.joblib")["sha256"] == digest
    True
    """
    path = Path(path)
    if path.suffix == ".json":
        raise ModelError(f"{path}: a model can't be called .json, which is its card's name; call it .joblib")
    data = _encode_state(state)
    digest = hashlib.sha256(data).hexdigest()
    text = json.dumps({**card, "sha256": digest}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The model first: a killed run may leave a new model with an old card, but no card without its model.
        replace_files({path: data, card_path(path): text.encode("utf-8", "backslashreplace")})
    except (OSError, ValueError) as e:  # ValueError: a NUL in the path
        reason = getattr(e, "strerror", None) or e
        raise ModelError(f"{path}: can't be written ({reason}); give another path with -o") from None
    return digest


def load_state(path: str | Path | None = None, *, sha256: str | None = None) -> dict[str, Any]:
    """Return the plain data of the model at `path`.

    Parameters
    ----------
    path : path, default=None
        None: the shipped model.
    sha256 : str, default=None
        Refuse the file unless this is its digest (hexadecimal, upper or lower case).

    Returns
    -------
    dict
        What `save_state` wrote. Arrays are read-only views of the file's bytes.

    Raises
    ------
    ModelError
        If the file is missing, larger than `MAX_BYTES`, compressed, damaged, holds anything but plain data,
        or has another digest than `sha256`.

    Examples
    --------
    >>> load_state()["classes"]
    ['business', 'forestry', 'governance', 'other', 'policing']
    """
    path = shipped_model() if path is None else Path(path)
    return _decode_state(_read_bytes(path, MAX_BYTES), path, sha256)


def load_card(path: str | Path | None = None) -> dict[str, Any]:
    """Return the card of the model at `path`: labels, figures, versions, SHA-256.

    Parameters
    ----------
    path : path, default=None
        The model file, not the card; None: the shipped model.

    Raises
    ------
    ModelError
        If there is no card, or it belongs to another model: its ``sha256`` is not that of the model file.

    Examples
    --------
    >>> load_card()["data"]["documents"]
    1438
    """
    tries, pause = 5, 0.05  # chosen: a run that writes needs milliseconds between its two renames
    path = shipped_model() if path is None else Path(path)
    card_file = card_path(path)
    for attempt in range(tries):
        if attempt:
            time.sleep(pause)
        try:
            card = json.loads(_read_bytes(card_file, MAX_CARD_BYTES).decode())
        except (ValueError, RecursionError):
            raise model_error(card_file, f"not JSON; {_ADVICE}") from None
        if not isinstance(card, dict):
            raise model_error(card_file, f"no card; {_ADVICE}")
        digest = hashlib.sha256(_read_bytes(path, MAX_BYTES)).hexdigest()
        if card.get("sha256") == digest:
            return card
    raise model_error(card_file, f"the card of another model, not of {path} (SHA-256 {digest}); {_ADVICE}")


def model_digest(path: Path) -> str:
    """Return the SHA-256 of a model file, which is not read otherwise.

    Raises
    ------
    ModelError
        It cannot be read, or is larger than `MAX_BYTES`: then it is not read at all.

    Examples
    --------
    >>> model_digest(shipped_model()) == load_card()["sha256"]
    True
    """
    return hashlib.sha256(_read_bytes(path, MAX_BYTES)).hexdigest()


def model_error(path: Path, reason: str) -> ModelError:
    """Return a `ModelError` of one printable line of at most about 400 characters.

    `reason` may quote a hostile file: control characters are escaped, and a long line loses its middle, so
    that the advice at its end stays.

    Examples
    --------
    >>> print(model_error(Path("m.joblib"), "names 'os\\x1b[31m.system'\\n; get another"))
    m.joblib: names 'os\\x1b[31m.system' ; get another
    """
    longest = 400
    line = printable(" ".join(f"{path}: {reason}".split()))
    if len(line) > longest:
        line = f"{line[: longest // 2]} … {line[-longest // 2 :]}"
    return ModelError(line)


# -- bytes -----------------------------------------------------------------------------------------


def _read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size <= limit:
                return file.read(size)  # not read(limit), for which Python allocates `limit` bytes
    except (OSError, ValueError) as e:  # ValueError: a NUL in the path
        if isinstance(e, OSError) and e.errno in (errno.EISDIR, errno.EINVAL, errno.ENXIO):
            raise model_error(path, f"not a file; {_ADVICE}") from None
        reason = getattr(e, "strerror", None) or e
        raise model_error(path, f"can't be read ({reason}); {_ADVICE}") from None
    raise model_error(path, f"has {size} bytes, more than the limit of {limit}; {_ADVICE}")


def _decode_state(data: bytes, path: Path, sha256: str | None) -> dict[str, Any]:
    """Return the plain data in the bytes of a model file; `path` is for messages."""
    pickled, stored = memoryview(data)[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    hasher = hashlib.sha256(pickled)
    computed = hasher.digest()
    hasher.update(stored)
    if sha256 is not None and hasher.hexdigest() != sha256.strip().lower():
        found = hasher.hexdigest()
        raise model_error(path, f"its SHA-256 is {found}, not {sha256}; get the file again from its maker")
    if computed != stored:
        # The first bytes of the codecs that joblib can read, and a command that decompresses each. A
        # compressed model is refused because a small file could become very large.
        codecs = (
            ("gzip", "gzip -dc", (b"\x1f\x8b",)),
            ("bz2", "bzip2 -dc", (b"BZh",)),
            ("xz", "xz -dc", (b"\xfd7zXZ",)),
            ("lzma", "xz -dc", (b"\x5d\x00",)),
            ("lz4", "lz4 -dc", (b"\x04\x22\x4d\x18",)),
            ("zlib", "pigz -dzc", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")),
        )
        for codec, command, beginnings in codecs:
            if data.startswith(beginnings):
                unpack = f"{command} {path.name} > {path.stem}-unpacked.joblib"
                raise model_error(
                    path, f"compressed ({codec}); a model file is not; unpack it first: {unpack}"
                )
        raise model_error(path, f"damaged, or no model file: it doesn't end with its own digest; {_ADVICE}")
    try:
        return read(pickled)
    except Refused as e:
        advice = f"take models from people you trust, or {_ADVICE}"
        raise model_error(path, f"refused, since it {e}; {advice}") from None


def _encode_state(state: Mapping[str, Any]) -> bytes:
    """Return the bytes of a model file, read back once so that no file is written that cannot be loaded."""
    import joblib

    buffer = io.BytesIO()
    joblib.dump(_to_plain(state, {}), buffer, protocol=4)  # fixed: Python's default protocol changes
    data = buffer.getvalue()
    try:
        read(data)
    except Refused as e:
        raise ModelError(
            f"the model can't be stored, since it {e}; train with fewer or shorter labels"
        ) from None
    data += hashlib.sha256(data).digest()
    if len(data) > MAX_BYTES:
        raise ModelError(
            f"the model has {len(data)} bytes, more than {MAX_BYTES}; train on less text or fewer labels"
        )
    return data


def _to_plain(value: Any, strings: dict[str, str]) -> Any:
    """Return a copy of `value` in Python's own types and little-endian arrays.

    Equal strings become one object (`strings` collects them), because pickle writes an object that it has
    already written as a short reference.
    """
    if isinstance(value, dict):
        return {_to_plain(k, strings): _to_plain(v, strings) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_plain(v, strings) for v in value]
    if isinstance(value, np.ndarray):
        kind = value.dtype.str[1:]  # "<f8" or ">f8" -> "f8"
        if kind not in NUMBERS:
            allowed = ", ".join(sorted(NUMBERS))
            raise ModelError(f"an array of {value.dtype} can't be stored; allowed are {allowed}")
        return np.array(value, dtype=np.dtype(f"<{kind}"), order="C", copy=True)
    if isinstance(value, str):
        return strings.setdefault(str(value), str(value))
    for plain in (bool, int, float):  # bool first: it is a subclass of int
        if isinstance(value, plain):
            return plain(value)
    raise ModelError(f"a {type(value).__name__} can't be stored in a model")
