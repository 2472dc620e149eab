"""Model files: the only place where joblib's dump is called.

A model file is what ``joblib.dump`` makes, uncompressed, of a dictionary of arrays, strings, numbers, lists
and dictionaries, and then the SHA-256 of that, 32 bytes, which ``joblib.load`` doesn't look at. The bytes
depend on the model alone. Reading (`classify.unpickling`) looks up no name and calls nothing; before it
begins, the digest tells a file that is cut short or changed by accident. It proves nothing about who made the
file: for that `load_state` takes the digest of the whole file, from a place that the user trusts.

Model and card are written by `classify.atomic`: a reader finds the old model or the new one. A run killed
between the two moves leaves the new model with the old card: `load_card` compares digests and says so.
"""

from __future__ import annotations

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
from classify.text.normalize import printable
from classify.unpickling import NUMBERS, Refused, read

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["card_path", "load_card", "load_state", "model_error", "save_state", "shipped_model"]

MAX_BYTES = 1 << 29
"""A model file has at most so many bytes. The largest of the benchmarks has a fifth of them."""

MAX_CARD_BYTES = 1 << 24
"""And its card so many: a figure for each two of a thousand classes."""

_PROTOCOL = 4  # pickle's; fixed, since Python's default changes and the same model must give the same bytes
_DIGEST = 32  # bytes of SHA-256 at the end of a file
_TRIES, _PAUSE = 5, 0.05  # how often, and after how many seconds, a card is read again that isn't the model's
_MEND = "train a model with `classify train`"
_LONGEST = 400  # characters of an error

_COMPRESSED = {
    (b"\x1f\x8b",): ("gzip", "gzip -dc"),
    (b"BZh",): ("bz2", "bzip2 -dc"),
    (b"\xfd7zXZ",): ("xz", "xz -dc"),
    (b"\x5d\x00",): ("lzma", "xz -dc"),
    (b"\x04\x22\x4d\x18",): ("lz4", "lz4 -dc"),
    (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"): ("zlib", "pigz -dzc"),
}
"""How the codecs that joblib knows begin, and what unpacks them."""


def shipped_model() -> Path:
    """Return the path of the model that comes with the package: in the wheel, or in a checkout's models/."""
    here = Path(__file__).resolve().parent
    for path in (here / "data" / "sections.joblib", here.parent / "models" / "sections.joblib"):
        if path.is_file():
            return path
    raise ModelError(f"no model at {here.parent / 'models' / 'sections.joblib'}; {_MEND}")


def card_path(path: str | Path) -> Path:
    """Return where the card of the model at `path` lies: beside it, ``.json``."""
    return Path(path).with_suffix(".json")


def save_state(state: Mapping[str, Any], path: str | Path, card: Mapping[str, Any]) -> str:
    """Write a model's plain data to `path` and its card beside it, and return the file's SHA-256.

    Raises
    ------
    ModelError
        Where the folder can't be written to, or the model is larger than `load_state` takes.
    """
    path = Path(path)
    if path.suffix == ".json":
        raise ModelError(f"{path}: a model can't be called .json, which its card is; call it .joblib")
    data = _dumps(state)
    digest = hashlib.sha256(data).hexdigest()
    told = json.dumps({**card, "sha256": digest}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_files({path: data, card_path(path): told.encode("utf-8", "backslashreplace")})
    except (OSError, ValueError) as e:
        raise ModelError(f"{path}: can't be written ({_reason(e)}); give another path with -o") from None
    return digest


def load_state(path: str | Path | None = None, *, sha256: str | None = None) -> dict[str, Any]:
    """Return the plain data of the model at `path`, or of the shipped one.

    Parameters
    ----------
    path : path or None
    sha256 : str or None
        Refuse the file unless it has this digest (hexadecimal).

    Raises
    ------
    ModelError
        Where there is no such file, or it is no model, damaged, of another format, or not the one pinned.
    """
    path = shipped_model() if path is None else Path(path)
    return _loads(_read(path, MAX_BYTES), path, sha256)


def load_card(path: str | Path | None = None) -> dict[str, Any]:
    """Return the card of the model at `path`, or of the shipped one.

    Raises
    ------
    ModelError
        Where there is none, or it is another model's: its ``sha256`` is not that of the model beside it.
    """
    path = shipped_model() if path is None else Path(path)
    for last in (False,) * (_TRIES - 1) + (True,):
        told = _card(card_path(path))
        digest = hashlib.sha256(_read(path, MAX_BYTES)).hexdigest()
        if told.get("sha256") == digest:
            return told
        if not last:  # a training may be between its two moves
            time.sleep(_PAUSE)
    raise model_error(
        card_path(path), f"the card of another model, not of {path} (SHA-256 {digest}); {_MEND}"
    )


def _card(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(_read(path, MAX_CARD_BYTES).decode())
    except (ValueError, RecursionError):
        raise model_error(path, f"not JSON; {_MEND}") from None
    if not isinstance(told, dict):
        raise model_error(path, f"no card; {_MEND}")
    return told


def model_error(path: Path, told: str) -> ModelError:
    """Return an error of one line, whatever a file has put into it."""
    line = printable(" ".join(f"{path}: {told}".split()))
    half = _LONGEST // 2
    return ModelError(
        line if len(line) <= _LONGEST else f"{line[:half]} … {line[-half:]}"
    )  # the mend stands last


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


# -- reading --------------------------------------------------------------------------------------


def _read(path: Path, most: int) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a pipe or a device has no end
            raise model_error(path, f"not a file; {_MEND}")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= most:
                return file.read(size)  # not `most`: Python takes the memory first
    except (OSError, ValueError) as e:
        raise model_error(path, f"can't be read ({_reason(e)}); {_MEND}") from None
    raise model_error(path, f"has {size} bytes, more than the {most} that one may have; {_MEND}")


def _loads(data: bytes, path: Path, sha256: str | None) -> dict[str, Any]:
    pickled, written = memoryview(data)[:-_DIGEST], data[-_DIGEST:]
    whole = hashlib.sha256(pickled)
    counted = whole.digest()
    whole.update(written)
    if sha256 is not None and whole.hexdigest() != sha256.strip().lower():
        raise model_error(
            path, f"its SHA-256 is {whole.hexdigest()}, not {sha256}; get the file again from its maker"
        )
    for beginnings, (codec, command) in _COMPRESSED.items():
        if data.startswith(beginnings):
            raise model_error(
                path,
                f"compressed ({codec}), which a model file is not, so that none grows when it is read; "
                f"unpack it first: {command} {path.name} > {path.stem}-unpacked.joblib",
            )
    if counted != written:
        raise model_error(path, f"damaged, or no model file: it doesn't end with its own digest; {_MEND}")
    try:
        return read(pickled)
    except Refused as e:
        raise model_error(
            path, f"refused, since it {e}; take models from people you trust, or {_MEND}"
        ) from None


# -- writing --------------------------------------------------------------------------------------


def _dumps(state: Mapping[str, Any]) -> bytes:
    import joblib

    buffer = io.BytesIO()
    joblib.dump(_canonical(state, {}), buffer, protocol=_PROTOCOL)
    data = buffer.getvalue()
    try:
        read(data)
    except Refused as e:
        raise ModelError(
            f"the model can't be stored, since it {e}; train with fewer or shorter labels"
        ) from None
    if len(data) + _DIGEST > MAX_BYTES:
        raise ModelError(
            f"the model has {len(data)} bytes, more than {MAX_BYTES}; train on less text or fewer labels"
        )
    return data + hashlib.sha256(data).digest()


def _canonical(value: Any, strings: dict[str, str]) -> Any:
    """Return `value` as plain types, equal strings as one object: pickle writes a repeated object shorter."""
    if isinstance(value, dict):
        return {_canonical(k, strings): _canonical(v, strings) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(v, strings) for v in value]
    if isinstance(value, np.ndarray):
        kind = value.dtype.str[1:]
        if kind not in NUMBERS:
            raise ModelError(
                f"an array of {value.dtype} can't be stored; allowed are {', '.join(sorted(NUMBERS))}"
            )
        return np.array(value, dtype=np.dtype(kind), order="C", copy=True)
    if isinstance(value, str):
        return strings.setdefault(str(value), str(value))
    for plain in (bool, int, float):
        if isinstance(value, plain):
            return plain(value)
    raise ModelError(f"a {type(value).__name__} can't be stored in a model")
