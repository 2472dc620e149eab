"""Model files: the only place where joblib's dump is called and its files are read.

A model file is what ``joblib.dump`` makes, uncompressed, of a dictionary of arrays, strings, numbers, lists
and dictionaries. joblib files are pickles, and a pickle may call anything; so they are not given to
``joblib.load``. They are read here by an unpickler that knows three names and imports none of them:
`joblib.numpy_pickle.NumpyArrayWrapper`, `numpy.ndarray` and `numpy.dtype` become inert records, from which
arrays of a few number types are made. Any other name, or a call of anything but the inert dtype, is refused.
Uncompressed means that nothing can be bigger than the file is, and files have a stated limit.

Writing goes to a temporary file in the same folder, is flushed to the disk and moved into place: a reader
sees the old model or the new one. The bytes depend on the model alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classify.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classify.sections.model import Model

__all__ = ["card_path", "load_card", "load_model", "save_model", "shipped_model"]

MAX_BYTES = 1 << 30
"""A model file has at most so many bytes. The largest of the benchmarks has a tenth of them."""

_PROTOCOL = 4  # pickle's; fixed, since Python's default changes and the same model must give the same bytes
_TYPES = {"u1", "u2", "u4", "i2", "i4", "i8", "f4", "f8"}
_MEND = "train a model with `classify train`"


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


def save_model(model: Model, path: str | Path, card: Mapping[str, Any]) -> str:
    """Write `model` to `path` and its card beside it, and return the model's SHA-256.

    Raises
    ------
    ModelError
        Where the folder can't be written to.
    """
    import joblib

    buffer = io.BytesIO()
    joblib.dump(_canonical(model.state, {}), buffer, protocol=_PROTOCOL)
    data = buffer.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    told = json.dumps({**card, "sha256": digest}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path = Path(path)
    if path.suffix == ".json":
        raise ModelError(f"{path}: a model can't be called .json, which its card is; call it .joblib")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
        _replace(card_path(path), told.encode())
    except OSError as e:
        raise ModelError(f"{path}: can't be written ({e.strerror}); give another path with -o") from None
    return digest


def load_model(path: str | Path | None = None, *, sha256: str | None = None) -> Model:
    """Return the model at `path`, or the shipped one.

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
    from classify.sections.model import Model

    path = shipped_model() if path is None else Path(path)
    data = _read(path)
    if sha256 is not None:
        digest = hashlib.sha256(data).hexdigest()
        if digest != sha256.strip().lower():
            raise ModelError(f"{path}: its SHA-256 is {digest}, not {sha256}; get the file again from its maker")
    state = _loads(data, path)
    try:
        return Model.from_state(state)
    except ModelError as e:
        raise ModelError(f"{path}: {e}") from None


def load_card(path: str | Path | None = None) -> dict[str, Any]:
    """Return the card of the model at `path`, or of the shipped one."""
    card = card_path(shipped_model() if path is None else path)
    try:
        told = json.loads(_read(card).decode())
    except (ValueError, RecursionError):
        raise ModelError(f"{card}: not JSON; {_MEND}") from None
    if not isinstance(told, dict):
        raise ModelError(f"{card}: no card; {_MEND}")
    return told


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise ModelError(f"{path}: larger than {MAX_BYTES} bytes, which no model is; {_MEND}")
            return file.read(MAX_BYTES + 1)
    except OSError as e:
        raise ModelError(f"{path}: can't be read ({e.strerror}); {_MEND}") from None


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # make the move itself last
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _canonical(value: Any, strings: dict[str, str]) -> Any:
    """Return `value` as plain types, equal strings as one object: pickle writes a repeated object shorter."""
    if isinstance(value, dict):
        return {_canonical(k, strings): _canonical(v, strings) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical(v, strings) for v in value]
    if isinstance(value, np.ndarray):
        kind = value.dtype.str[1:]
        if kind not in _TYPES:
            raise ModelError(f"an array of {value.dtype} can't be stored; allowed are {', '.join(sorted(_TYPES))}")
        return np.array(value, dtype=np.dtype(kind), order="C", copy=True)
    if isinstance(value, str):
        return strings.setdefault(str(value), str(value))
    for plain in (bool, int, float):
        if isinstance(value, plain):
            return plain(value)
    raise ModelError(f"a {type(value).__name__} can't be stored in a model")


# -- reading --------------------------------------------------------------------------------------


@dataclass
class _Dtype:
    """Stands for ``numpy.dtype(code, False, True)``."""

    code: str


class _Wrapper:
    """Stands for ``joblib.numpy_pickle.NumpyArrayWrapper``, until its fields are known."""


class _Ndarray:
    """Stands for ``numpy.ndarray``, the class an array is to have."""


_NAMES: dict[tuple[str, str], type] = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): _Wrapper,
    ("numpy", "ndarray"): _Ndarray,
    ("numpy", "dtype"): _Dtype,
}
_NATIVE_STATE = {(3, "<", None, None, None, -1, -1, 0), (3, "|", None, None, None, -1, -1, 0)}
# What follows is not data: classes by extension number, persistent ids, old instances, sets, buffers.
_REFUSED_CODES = (
    pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.PERSID, pickle.BINPERSID, pickle.INST, pickle.OBJ,
    pickle.NEWOBJ_EX, pickle.EMPTY_SET, pickle.ADDITEMS, pickle.FROZENSET, pickle.NEXT_BUFFER,
    pickle.READONLY_BUFFER, pickle.BYTEARRAY8,
)  # fmt: skip


class _Refused(Exception):  # noqa: N818
    """Something in a file that no model has."""


class _Unpickler(pickle._Unpickler):  # type: ignore[name-defined,misc]
    """pickle's unpickler in Python, with its dangerous instructions replaced."""

    dispatch = dict(pickle._Unpickler.dispatch)  # type: ignore[attr-defined]

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        self.size = len(data)
        super().__init__(self.file)

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in _NAMES:
            raise _Refused(f"it names {module}.{name}")
        return _NAMES[module, name]

    def load_refused(self) -> None:
        raise _Refused("it has a pickle instruction that no model needs")

    def load_reduce(self) -> None:
        arguments = self.stack.pop()
        made = self.stack.pop()
        if made is not _Dtype or not isinstance(arguments, tuple) or len(arguments) != 3:
            raise _Refused("it calls something")
        code, align, copy = arguments
        if code not in _TYPES or align is not False or copy is not True:
            raise _Refused(f"it has an array of {code!r}")
        self.stack.append(_Dtype(code))

    def load_newobj(self) -> None:
        arguments = self.stack.pop()
        made = self.stack.pop()
        if made is not _Wrapper or arguments != ():
            raise _Refused("it makes an object")
        self.stack.append(_Wrapper())

    def load_build(self) -> None:
        state = self.stack.pop()
        made = self.stack[-1]
        if isinstance(made, _Dtype):
            if not isinstance(state, tuple) or state not in _NATIVE_STATE:
                raise _Refused("it has an array of another machine's numbers")
        elif isinstance(made, _Wrapper) and isinstance(state, dict):
            self.stack[-1] = self._array(state)
        else:
            raise _Refused("it sets the state of an object")

    def _array(self, state: dict[str, Any]) -> np.ndarray[Any, Any]:
        """Read the array that follows: a byte that says how long the padding is, the padding, the numbers."""
        dtype, shape = state.get("dtype"), state.get("shape")
        if state.get("subclass") is not _Ndarray or state.get("order") != "C" or not isinstance(dtype, _Dtype):
            raise _Refused("it has an array of an odd kind")
        if not isinstance(shape, tuple) or not 1 <= len(shape) <= 2:
            raise _Refused("it has an array of an odd shape")
        if any(type(n) is not int or n < 0 for n in shape):
            raise _Refused("it has an array of an odd shape")
        if state.get("numpy_array_alignment_bytes") is not None:
            padding = self.file.read(1)
            if len(padding) != 1 or len(self.file.read(padding[0])) != padding[0]:
                raise _Refused("it ends inside an array")
        kind = np.dtype("<" + dtype.code)
        size = kind.itemsize
        for n in shape:
            size *= n
        if size > self.size - self.file.tell():
            raise _Refused("it ends inside an array")
        return np.frombuffer(self.file.read(size), kind).reshape(shape)

    for _code in _REFUSED_CODES:
        dispatch[_code[0]] = load_refused
    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.NEWOBJ[0]] = load_newobj
    dispatch[pickle.BUILD[0]] = load_build


def _loads(data: bytes, path: Path) -> dict[str, Any]:
    if data[:1] != pickle.PROTO:
        raise ModelError(f"{path}: no model file, or a compressed one; {_MEND}")
    try:
        state = _Unpickler(data).load()
        if not isinstance(state, dict):
            raise _Refused("it holds no model")
        _check_plain(state)
    except _Refused as e:
        raise ModelError(f"{path}: refused, since {e}; take models from people you trust, or {_MEND}") from None
    except (MemoryError, Exception) as e:  # a broken pickle fails in every way there is
        raise ModelError(f"{path}: damaged ({type(e).__name__}); {_MEND}") from None
    return state


def _check_plain(value: Any, depth: int = 0) -> None:
    if depth > 4:
        raise _Refused("it is nested too deeply")
    if type(value) is dict:
        for k, v in value.items():
            _check_plain(k, depth + 1)
            _check_plain(v, depth + 1)
    elif type(value) is list:
        for v in value:
            _check_plain(v, depth + 1)
    elif type(value) not in (np.ndarray, str, int, float, bool):
        raise _Refused(f"it holds a {type(value).__name__}")
