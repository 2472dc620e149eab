"""Build hook: the seeds as one compressed file in the wheel, where ``classify train`` without DATA finds them.

1,256 small files would be most of the files of the wheel. The documents are those that
`classify.read.labelled.load_corpus` reads from the folder, in its order, so that a model trained on the file has
the same bytes. A checkout, and an editable installation of it, use the folder itself.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SeedsHook(BuildHookInterface):
    """Adds ``classify/data/seeds.jsonl.gz`` to a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file to a temporary folder and have it included."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        packed = Path(self._folder.name) / "seeds.jsonl.gz"
        packed.write_bytes(pack_seeds(Path(self.root) / "seeds"))
        build_data["force_include"][str(packed)] = "classify/data/seeds.jsonl.gz"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder."""
        if version != "editable":
            self._folder.cleanup()


def pack_seeds(seeds: Path) -> bytes:
    """Return the seeds as gzip of JSON Lines: label, title and text. The same seeds give the same bytes."""
    records = []
    for folder in sorted(path for path in seeds.iterdir() if path.is_dir() and not path.name.startswith(".")):
        for file in sorted(folder.glob("*.txt")):
            # A seed is a headline line and a body; one without a headline is a single line.
            title, _, text = file.read_text("utf-8").strip().partition("\n")
            if not text.strip():
                title, text = "", title
            records.append({"label": folder.name, "title": title.strip(), "text": text.strip()})
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return gzip.compress(lines.encode("utf-8"), 9, mtime=0)
