"""Fuzz one target with atheris (``pip install atheris``; Linux and macOS), guided by what the code does.

    python -m tests.fuzz splitter 600      ten minutes on the page splitter
    python -m tests.fuzz all 40            forty seconds, shared between the targets

Targets keep the promises of tests/safety/promises.py; the first input that breaks one is written to the
temporary folder, the output says where, and the exit code is 1. What is tried starts from seeds and from a
dictionary of what pages, records and encodings are recognised by. The last line says how many were tried.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
TARGETS = ("splitter", "jsonl", "csv", "models", "encodings", "pdf")
LONGEST = 4096
"""Bytes of an input at most."""
SECONDS = 60.0
"""Length of a run unless one is given."""

WORDS = [
    "本报讯", "（记者 ", "）", "新华社", "2月20日电", "通讯员", "摄", "图为", "责编", "　　", "\n", "\n\n",
    "本报记者", "。", "”", "□", "■", "“", "◆", "(", "、", "\u202e", "\u200b",
    '{"text": "', '"}', '","title":"', "text,title\n", '"',
]  # fmt: skip
PDF_WORDS = [
    b"%PDF-1.7\n", b" 0 obj\n", b"endobj\n", b"stream\n", b"endstream\n", b"<< ", b">> ", b"/Type /Page ",
    b"/Rotate 90 ", b"/MediaBox [0 0 9 9] ", b"BT ", b"ET ", b"/song 9 Tf ", b"3 Tr ", b"<6c34> Tj ",
    b"9 9 Td ", b"0 0 9 9 re f ",
    b"1 0 0 1 0 0 cm ", b"trailer\n", b"startxref\n",
]  # fmt: skip
MARKS = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\x1f\x8b\x08", b"\x84\x31\xa4\x37"]


def target(name: str, folder: Path) -> Callable[[bytes], None]:
    """Return what is called with each input."""
    from classify.errors import ModelError
    from classify.sections.model import load_model
    from tests.safety import promises
    from tests.safety.tried import signed

    model = folder / "m.joblib"

    def splitter(data: bytes) -> None:
        promises.check_split(data[1:].decode("utf-8", "replace"), single=data[:1] > b"\xf0")

    def encodings(data: bytes) -> None:
        promises.check_decode(data)

    def records(data: bytes) -> None:
        promises.check_records(data, str(folder / f"r.{name}"))

    def pdf(data: bytes) -> None:
        promises.check_pdf(data)

    def models(data: bytes) -> None:
        model.write_bytes(signed(data))
        try:
            load_model(model)
        except ModelError:
            return

    functions = {
        "splitter": splitter,
        "encodings": encodings,
        "jsonl": records,
        "csv": records,
        "models": models,
        "pdf": pdf,
    }
    return functions[name]


def write_seeds(name: str, folder: Path) -> None:
    """Write inputs to start from."""
    from tests.safety.tried import few_seeds, small_model

    texts = ["\n".join(few_seeds(i, 200)[0][:4]) for i in range(3)]
    texts.append((ROOT / "examples" / "page.txt").read_text(encoding="utf-8"))
    found = [text.encode()[: LONGEST // 2] for text in texts]
    if name == "encodings":
        found += [
            text.encode(code)[:500] for text in texts for code in ("gb18030", "utf-16", "utf-32", "utf-8-sig")
        ]
    elif name == "jsonl":
        found = [b'{"text": "a", "title": null}\n{"text": 3}\n', b'[]\n{"text": "' + found[0][:90]]
    elif name == "csv":
        found = [b'text,title\n"a\nb","c""d"\ne\n', b"text\n" + found[0][:90]]
    elif name == "models":
        from classify.model_file import _encode_state

        state = small_model().state
        small = {k: v for k, v in state.items() if k not in ("weights", "whole", "headline")}
        found = [_encode_state(small)[:-32], _encode_state({"x": [1, "a", {}]})[:-32]]
    elif name == "pdf":
        from tests.safety.pdf import written_files

        found = written_files()
    for i, data in enumerate(found):
        (folder / f"seed{i}").write_bytes(data)


def fuzz(name: str, seconds: float) -> None:
    """Fuzz in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["classify"]):
        import classify.model_file
        import classify.pages
        import classify.pages.layout
        import classify.read
        import classify.read.pdf.document
        import classify.sections.model
        import classify.unpickling  # noqa: F401
    with tempfile.TemporaryDirectory() as place:
        corpus, scratch = Path(place) / "corpus", Path(place) / "scratch"
        corpus.mkdir()
        scratch.mkdir()
        write_seeds(name, corpus)
        words = PDF_WORDS if name == "pdf" else [w.encode() for w in WORDS] + MARKS
        dictionary = "".join('"' + "".join(f"\\x{b:02x}" for b in w) + '"\n' for w in words)
        (Path(place) / "words").write_text(dictionary, encoding="ascii")
        artifacts = f"-artifact_prefix={tempfile.gettempdir()}/classify-fuzz-{name}-"
        options = [
            f"-dict={place}/words",
            artifacts,
            f"-max_len={LONGEST}",
            f"-max_total_time={max(1, round(seconds))}",
        ]
        atheris.Setup(
            [sys.argv[0], *options, "-timeout=60", "-rss_limit_mb=2048", str(corpus)], target(name, scratch)
        )
        atheris.Fuzz()


def run(name: str, seconds: float) -> tuple[int, str]:
    """Fuzz in another process; return how many inputs were tried, and what went wrong or nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", name, str(seconds), "--here"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    told = done.stderr.decode("utf-8", "replace")
    counts = re.findall(r"Done (\d+) runs", told) or re.findall(r"#(\d+)\s", told)
    return int(counts[-1]) if counts else 0, "" if done.returncode == 0 else told[-3000:]


def main() -> int:
    """Fuzz the target named on the command line, or all of them."""
    name, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    if "--here" in sys.argv:
        fuzz(name, seconds)
        return 0
    names = TARGETS if name == "all" else (name,)
    failed = False
    for one in names:
        tried, fault = run(one, seconds / len(names))
        sys.stdout.write(f"atheris, {one}: {tried} tried, {int(bool(fault))} failures\n{fault}")
        sys.stdout.flush()
        failed = failed or bool(fault)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
