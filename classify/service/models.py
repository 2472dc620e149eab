"""Which model serves: the one given, or one that was trained from it and accepted; and the one before it.

The choice is a setting of the database of corrections, so that a service that is started again serves the same model.
It holds for the model that was given: with another ``--model``, the service begins with that one. A model is a path
and a digest, and every request names both to its worker: all workers change with the same assignment here, and a
request that is under way is finished by the model that it began with.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classify.errors import ModelError
from classify.model_file import load_card, shipped_model
from classify.sections.model import Model, load_model
from classify.service.work import ModelFile

if TYPE_CHECKING:
    from classify.corrections import CorrectionStore

__all__ = ["ServingModels"]

_SETTING = "serving"


class ServingModels:
    """The model that serves and the one before it.

    Parameters
    ----------
    given : path or None
        None: the shipped model.
    store : CorrectionStore

    Raises
    ------
    ModelError
        The model given is missing or damaged.
    """

    def __init__(self, given: str | Path | None, store: CorrectionStore) -> None:
        self._store = store
        path = Path(shipped_model() if given is None else given).resolve()
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as e:
            raise ModelError(f"{path}: {e.strerror or e}; check the name") from None
        self.given = self.current = ModelFile(str(path), digest)
        self.previous: ModelFile | None = None
        self._restore()
        self.model, self.card = self._loaded(self.current)

    def accept(self, file: ModelFile) -> None:
        """Let a model serve from now on."""
        if file != self.current:  # it may be accepted twice at the same time
            self._set(file, self.current)

    def roll_back(self) -> None:
        """Let the model before serve again; the one that serves becomes the one before."""
        assert self.previous is not None
        self._set(self.previous, self.current)

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """Names of the labels by language, of the card of the model that serves."""
        found = self.card.get("names", {})
        return found if isinstance(found, dict) else {}

    def describe(self) -> dict[str, Any]:
        """Return what the service says of its model."""
        return {
            "sha256": self.current.sha256,
            "classes": list(self.model.classes),
            "threshold": self.model.threshold,
            "previous": self.previous.sha256 if self.previous else None,
            "retrained": self.current != self.given,
            "card": self.card,
        }

    def _set(self, current: ModelFile, previous: ModelFile) -> None:
        self.model, self.card = self._loaded(current)  # nothing changes where it can't be loaded
        self._store.set_setting(
            _SETTING,
            {"given": self.given.sha256, "current": asdict(current), "previous": asdict(previous)},
        )
        self.current, self.previous = current, previous

    def _restore(self) -> None:
        """Take up the choice of an earlier run, where it was made for the same model."""
        found = self._store.setting(_SETTING)
        if not isinstance(found, dict) or found.get("given") != self.given.sha256:
            return
        current, previous = (ModelFile(**found[key]) for key in ("current", "previous"))
        try:
            self._loaded(current)
        except ModelError:  # its file is gone: the model given is there
            return
        self.current, self.previous = current, previous

    @staticmethod
    def _loaded(file: ModelFile) -> tuple[Model, dict[str, Any]]:
        model = load_model(file.path, sha256=file.sha256)
        try:
            card = load_card(file.path)
        except ModelError:
            card = {}
        return model, card
