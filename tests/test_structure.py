"""The plan of the house: imports go down only, heavy libraries load late, every public name is there.

The modules are read, not run: imports inside functions and under ``TYPE_CHECKING`` count as well, and so do
``import_module("…")`` and ``__import__("…")`` with a name written out.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import classify

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(classify.__file__).parent
ROOMS = ("pages", "sections", "summarizer")
GROUND = ("errors", "records", "text")
TOP = ("cli", "service")
"""What nothing may import but itself."""
HEAVY = ("sklearn", "jieba", "rjieba")


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """Return the dotted names that `source` imports; of ``from a import b``, both ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                found.add(str(node.args[0].value))
    return found


MODULES = {
    module_name(path): imports_of(
        path.read_text("utf-8"), module_name(path), is_package=path.name == "__init__.py"
    )
    for path in sorted(PACKAGE.rglob("*.py"))
}


def part(name: str) -> str:
    """``classify.pages.units`` -> ``pages``; empty outside the package and for ``classify`` itself."""
    first, _, rest = name.partition(".")
    return rest.split(".")[0] if first == "classify" else ""


def breaches(modules: dict[str, set[str]]) -> list[str]:
    """Return every import that goes sideways or up, as ``importer -> imported``."""
    found = []
    for module, names in modules.items():
        here = part(module)
        for name in sorted(names):
            there = part(name)
            if not there or there == here:
                continue
            sideways = here in ROOMS and there in ROOMS
            up = here in GROUND and there not in GROUND
            top = there in TOP
            if sideways or up or top:
                found.append(f"{module} -> {name}")
    return found


def users(modules: dict[str, set[str]], *libraries: str) -> set[str]:
    """Return the modules that import one of `libraries`, or anything of it."""
    return {
        module
        for module, names in modules.items()
        for name in names
        if any(name == library or name.startswith(library + ".") for library in libraries)
    }


# -- imports -----------------------------------------------------------------------------------


def test_the_walk_sees_the_house() -> None:
    assert {"classify", "classify.cli", *(f"classify.{room}" for room in ROOMS)} <= set(MODULES)
    assert "classify.records" in MODULES["classify.pages.articles"]
    assert users(MODULES, "numpy")


def test_imports_go_down_only() -> None:
    assert breaches(MODULES) == []


def test_only_words_imports_a_segmenter() -> None:
    assert users(MODULES, "jieba", "rjieba") == {"classify.text.words"}


def test_only_the_store_loads_and_dumps() -> None:
    """``joblib.Parallel`` may be used anywhere."""
    assert users(MODULES, "joblib.load", "joblib.dump", "joblib.numpy_pickle") <= {"classify.model_file"}
    callers = {
        module_name(path)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("load", "dump")
        and isinstance(node.value, ast.Name)
        and node.value.id == "joblib"
    }
    assert callers == {"classify.model_file"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("classify.pages.new", "from classify.sections.model import Model"),
        ("classify.pages.new", "from classify import summarizer"),
        ("classify.sections.new", "def f():\n    import classify.pages.units"),
        ("classify.sections.new", "from ..pages import lines"),
        ("classify.summarizer.new", "if TYPE_CHECKING:\n    from ..sections.model import Model"),
        ("classify.text.new", "from classify.sections.model import load_model"),
        ("classify.text.new", "from .. import pipeline"),
        ("classify.records", "import classify.pages"),
        ("classify.pipeline", "from classify.cli import app"),
        ("classify.sections.new", "importlib.import_module('classify.cli')"),
    ],
)
def test_a_breach_is_seen(module: str, source: str) -> None:
    assert breaches({module: imports_of(source, module)})


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("classify.pages.new", "from classify.pages.units import Unit\nfrom classify.text import words"),
        ("classify.pages.new", "from .lines import Unit\nfrom ..records import Page"),
        ("classify.text.new", "from classify.errors import SegmenterError\nimport numpy.linalg"),
        (
            "classify.pipeline",
            "from classify import pages, sections\nfrom classify.summarizer import summarize",
        ),
        (
            "classify.cli.new",
            "from classify.cli.console import out\nfrom classify.model_file import load_model",
        ),
    ],
)
def test_what_is_allowed_is_no_breach(module: str, source: str) -> None:
    assert breaches({module: imports_of(source, module)}) == []


# -- the facade --------------------------------------------------------------------------------


def test_all_is_sorted_and_every_name_loads() -> None:
    assert classify.__all__ == sorted(classify.__all__)
    for name in classify.__all__:
        assert getattr(classify, name).__name__ == name
    assert set(classify.__all__) <= set(dir(classify))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        classify.nothing


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith("__main__")])
def test_what_a_module_offers_is_there(module: str) -> None:
    from importlib import import_module

    loaded = import_module(module)
    assert loaded.__doc__ or not Path(str(loaded.__file__)).read_text("utf-8").strip()
    for name in getattr(loaded, "__all__", ()):
        assert getattr(loaded, name) is not None


# -- fresh processes ---------------------------------------------------------------------------

TEXT = "本报讯（记者 林知遥）昨日，青塘区启动河道清淤。清出的淤泥用于制砖。工程下月完工。"


@pytest.fixture
def loaded(fresh_process: Callable[..., str]) -> Callable[[str], set[str]]:
    """Run a program in a fresh process and return which of the heavy libraries it has loaded."""

    def run(program: str) -> set[str]:
        ending = f"\nimport sys\nprint('\\nloaded', *[m for m in {HEAVY!r} if m in sys.modules])"
        last = fresh_process(program + ending).splitlines()[-1].split()
        assert last[0] == "loaded"
        return set(last[1:])

    return run


def test_the_probe_sees_what_is_loaded(loaded: Callable[[str], set[str]]) -> None:
    assert loaded("import sklearn, rjieba") == {"sklearn", "rjieba"}


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import classify", id="import classify"),
        pytest.param("import classify.cli", id="import classify.cli"),
        pytest.param("import classify.summarizer", id="import classify.summarizer"),
        pytest.param("import classify.pages", id="import classify.pages"),
        pytest.param(
            "import classify.records, classify.errors, classify.read.labelled, classify.read", id="small ones"
        ),
        pytest.param(
            "import sys; sys.argv = ['classify', '--help']\n"
            "from classify.cli import main\n"
            "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code",
            id="classify --help",
        ),
        pytest.param(
            "import sys; sys.argv = ['classify', 'predict', '--help']\n"
            "from classify.cli import main\n"
            "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code",
            id="classify predict --help",
        ),
    ],
)
def test_looking_at_it_loads_nothing_heavy(loaded: Callable[[str], set[str]], program: str) -> None:
    assert loaded(program) == set()


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            f"from classify.summarizer import summarize; assert str(summarize({TEXT!r}, 1))", id="summarize"
        ),
        pytest.param(
            f"from classify.summarizer import keywords; assert keywords({TEXT!r}, 3)", id="keywords"
        ),
        pytest.param(
            f"from classify import split_page; assert len(split_page({TEXT!r})) == 1", id="split_page"
        ),
    ],
)
def test_the_other_rooms_do_without_scikit_learn(loaded: Callable[[str], set[str]], program: str) -> None:
    assert "sklearn" not in loaded(program)


def test_predicting_does_without_scikit_learn(loaded: Callable[[str], set[str]]) -> None:
    from classify.errors import ModelError
    from classify.model_file import shipped_model

    try:
        shipped_model()
    except ModelError as e:
        pytest.skip(str(e))
    program = f"from classify import predict_page; (a,) = predict_page({TEXT!r}); assert a.prediction.scores"
    assert "sklearn" not in loaded(program)
