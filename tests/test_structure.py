"""The structure of the package: imports without cycles, imports that go down only, late loading, documentation.

The source is parsed, not run. Imports inside functions and under ``TYPE_CHECKING`` count, and so do
``import_module("…")`` and ``__import__("…")`` with a constant.
"""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import classify
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(classify.__file__).parent

LAYERS = (
    ("atomic", "errors", "files", "options", "records", "unpickling"),
    ("text",),
    ("model_file",),
    ("read",),
    ("corrections", "pages", "sections", "summarizer"),
    ("pipeline",),
    ("input_articles", "output", "processes"),
    ("archive",),
    ("service",),
    ("cli",),
)
"""Packages and single modules, the lowest layer first. Imports go from a layer to lower ones only; the parts of
one layer do not import each other, with one exception: those of the lowest layer may."""

HEAVY = ("sklearn", "jieba", "rjieba", "joblib", "pyarrow", "dask", "xlsxwriter")
"""Libraries that load when they are used, not when the package is imported."""


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {module: ast.parse(source) for module, source in SOURCES.items()}
PACKAGES = {module_name(path) for path in PACKAGE.rglob("__init__.py")}


def imports_of(tree: ast.AST, module: str, *, is_package: bool = False) -> set[str]:
    """Return the dotted names that a module imports; for ``from a import b``, both ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(tree):
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


IMPORTS = {module: imports_of(tree, module, is_package=module in PACKAGES) for module, tree in TREES.items()}


def part(name: str) -> str:
    """Return ``pages`` for ``classify.pages.units``; empty for ``classify`` and for other libraries."""
    first, _, rest = name.partition(".")
    return rest.split(".")[0] if first == "classify" else ""


# -- no cycles -------------------------------------------------------------------------------------


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return the nodes of a cycle, the first one repeated at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as e:
        cycle: list[str] = e.args[1]
        return cycle
    return []


def module_graph(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    return {
        module: {name for name in names if name in imports} - {module} for module, names in imports.items()
    }


def package_graph(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = defaultdict(set)
    for module, names in imports.items():
        graph[part(module)] |= {part(name) for name in names} - {part(module), ""}
    graph.pop("", None)  # the facade imports the packages, and they import its version number
    return graph


def test_no_cycle_of_modules() -> None:
    assert find_cycle(module_graph(IMPORTS)) == []


def test_no_cycle_of_packages() -> None:
    assert find_cycle(package_graph(IMPORTS)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from classify.text.words import segmenter",
        "def f():\n    import classify.text.words",
        "if TYPE_CHECKING:\n    from classify.text import words",
        "from .text import words",
        "importlib.import_module('classify.text.words')",
    ],
)
def test_a_cycle_is_found(source: str) -> None:
    below = {
        module: names for module, names in IMPORTS.items() if part(module) in ("errors", "text", "records")
    }
    assert find_cycle(module_graph(below)) == []
    changed = below | {"classify.errors": imports_of(ast.parse(source), "classify.errors")}
    cycle = find_cycle(module_graph(changed))
    assert {"classify.errors", "classify.text.words"} <= set(cycle)
    assert {"errors", "text"} <= set(find_cycle(package_graph(changed)))


# -- layers ----------------------------------------------------------------------------------------

LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def upward_imports(imports: dict[str, set[str]]) -> list[str]:
    """Return every import that goes up or sideways, as ``importer -> imported``."""
    found = []
    for module, names in imports.items():
        for name in sorted(names):
            here, there = part(module), part(name)
            if there not in LEVEL or not here or here == there:
                continue
            if LEVEL[there] >= max(LEVEL[here], 1):
                found.append(f"{module} -> {name}")
    return found


def test_every_module_has_a_layer() -> None:
    assert {part(module) for module in SOURCES} - {""} <= set(LEVEL)
    assert {"pages", "sections", "summarizer", "text", "cli"} <= {part(module) for module in SOURCES}


def test_imports_go_down_only() -> None:
    assert upward_imports(IMPORTS) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("classify.pages.new", "from classify.sections.model import Model"),
        ("classify.pages.new", "from classify import summarizer"),
        ("classify.sections.new", "def f():\n    import classify.pages.units"),
        ("classify.sections.new", "from ..pages import units"),
        ("classify.summarizer.new", "if TYPE_CHECKING:\n    from ..sections.model import Model"),
        ("classify.text.new", "from classify.sections.model import load_model"),
        ("classify.text.new", "from .. import pipeline"),
        ("classify.records", "import classify.pages"),
        ("classify.unpickling", "from classify.text.normalize import printable"),
        ("classify.pipeline", "from classify.cli import app"),
        ("classify.sections.new", "importlib.import_module('classify.cli')"),
        ("classify.output.new", "from classify.archive import run_archive"),
    ],
)
def test_an_upward_import_is_found(module: str, source: str) -> None:
    assert upward_imports({module: imports_of(ast.parse(source), module)})


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("classify.pages.new", "from classify.pages.units import Unit\nfrom classify.text import words"),
        ("classify.pages.new", "from .units import Unit\nfrom ..records import Page"),
        ("classify.text.new", "from classify.errors import SegmenterError\nimport numpy.linalg"),
        (
            "classify.pipeline",
            "from classify import pages, sections\nfrom classify.summarizer import summarize",
        ),
        ("classify.cli.new", "from classify import __version__\nfrom classify.model_file import load_card"),
        ("classify.sections.new", "from classify.model_file import load_state"),
        ("classify.options", "from classify.records import Line"),
    ],
)
def test_a_downward_import_is_allowed(module: str, source: str) -> None:
    assert upward_imports({module: imports_of(ast.parse(source), module)}) == []


# -- who imports which library ---------------------------------------------------------------------


def users(*libraries: str) -> set[str]:
    """Return the modules that import one of `libraries`, or anything of it."""
    return {
        module
        for module, names in IMPORTS.items()
        for name in names
        if any(name == library or name.startswith(library + ".") for library in libraries)
    }


def test_only_words_imports_a_segmenter() -> None:
    assert users("jieba", "rjieba") == {"classify.text.words"}


def test_only_model_file_calls_joblib_dump_and_none_calls_joblib_load() -> None:
    """``joblib.Parallel`` may be used anywhere."""
    assert users("joblib.load", "joblib.dump", "joblib.numpy_pickle") <= {"classify.model_file"}
    calls = {
        (module, node.attr)
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("load", "dump")
        and isinstance(node.value, ast.Name)
        and node.value.id == "joblib"
    }
    assert calls == {("classify.model_file", "dump")}


# -- public names ----------------------------------------------------------------------------------


def public_definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield the functions and classes of a module whose names do not begin with an underscore."""
    for node in tree.body:
        if isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ) and not node.name.startswith("_"):
            yield node


def as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions: rule RUF022."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("module", [m for m in SOURCES if not m.endswith("__main__")])
def test_public_names_are_listed(module: str) -> None:
    """``__all__`` holds every public function and class that the module defines, sorted; each name is there."""
    loaded = import_module(module)
    listed = list(getattr(loaded, "__all__", ()))
    assert listed == (sorted(listed) if module == "classify" else sorted(listed, key=as_ruff_sorts))
    assert {node.name for node in public_definitions(TREES[module])} <= set(listed)
    for name in listed:
        assert hasattr(loaded, name)


@pytest.mark.parametrize("module", list(SOURCES))
def test_public_names_have_docstrings(module: str) -> None:
    assert ast.get_docstring(TREES[module]) or not SOURCES[module].strip()
    missing = []
    for node in public_definitions(TREES[module]):
        methods = public_definitions(node) if isinstance(node, ast.ClassDef) else ()  # type: ignore[arg-type]
        missing += [f"{node.name}, {d.name}" for d in (node, *methods) if not ast.get_docstring(d)]
    assert missing == []


@pytest.mark.parametrize("module", [module for module, source in SOURCES.items() if ">>> " in source])
def test_examples_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ``>>>`` in any docstring, also in those of attributes, which ``python -m doctest`` passes over."""
    monkeypatch.chdir(ROOT)
    loaded = import_module(module)
    runner, parser = doctest.DocTestRunner(verbose=False), doctest.DocTestParser()
    for node in ast.walk(TREES[module]):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node.value.value, str) and ">>> " in node.value.value:
            test = parser.get_doctest(
                node.value.value, dict(vars(loaded)), module, loaded.__file__, node.lineno - 1
            )
            runner.run(test)
    failed, attempted = runner.summarize(verbose=False)
    assert attempted
    assert not failed, "see the captured output"


# -- the facade ------------------------------------------------------------------------------------


def test_names_load_when_they_are_used() -> None:
    for name in classify.__all__:
        assert getattr(classify, name).__name__ == name
    assert set(classify.__all__) <= set(dir(classify))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        classify.nothing  # type: ignore[attr-defined]


def test_a_type_checker_sees_what_the_interpreter_sees() -> None:
    """The imports under TYPE_CHECKING and those that `__getattr__` makes give the same objects."""
    (branch,) = [n for n in TREES["classify"].body if isinstance(n, ast.If)]
    checked = {
        alias.asname or alias.name: node.module
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(checked) == classify.__all__
    for name, module in checked.items():
        assert getattr(import_module(str(module)), name) is getattr(classify, name)


STRANGERS = (
    "classify",
    "classify.archive",
    "classify.pages",
    "classify.read",
    "classify.sections",
    "classify.summarizer",
)
"""Packages whose public names another program imports."""
USES = {
    "reveal_type(classify.summarize('').sentences[0].start)": '"int"',
    "reveal_type(classify.keywords('', stop_words=['a'], user_dict='b.txt')[0].spans)": "tuple[int, int]",
    "reveal_type(classify.predict_page('')[0].section)": '"str | None"',
    "reveal_type([page.leftover for page in [classify.split_page('')]])": "Line",
    "classify.keywords('', stop_words=3)": "error: ",
    "classify.predict_page('', n_sentences='3')": "error: ",
}
"""Uses of them, and what a type checker has to say of each."""


@pytest.mark.slow
def test_a_stranger_s_type_checker(tmp_path: Path) -> None:
    """``mypy --strict`` in another project: every public name has a type, and a wrong name or use is an error."""
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    names = [f"{module}.{name}" for module in STRANGERS for name in import_module(module).__all__]
    lines = [*map("import {}".format, STRANGERS), *map("reveal_type({})".format, names), *map(str, USES)]
    program.write_text("\n".join([*lines, "classify.Nonsense"]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "program.py"],
        cwd=tmp_path, env={"MYPYPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    revealed = [line for line in done.stdout.splitlines() if "Revealed type" in line]
    assert len(revealed) == len(names) + sum(use.startswith("reveal_type") for use in USES), done.stdout
    assert not [line for line in revealed if 'is "Any"' in line or "-> Any" in line]
    for use, said in USES.items():
        number = lines.index(use) + 1
        assert [line for line in done.stdout.splitlines() if f".py:{number}:" in line and said in line], use
    assert 'Module has no attribute "Nonsense"' in done.stdout


# -- fresh processes -------------------------------------------------------------------------------

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
    assert {"sklearn", "rjieba"} <= loaded("import sklearn, rjieba")


HELP = (
    "import sys; sys.argv = ['classify', {}'--help']\n"
    "from classify.cli import main\n"
    "try:\n    main()\nexcept SystemExit as e:\n    assert not e.code"
)


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import classify", id="import classify"),
        pytest.param("import classify.cli", id="import classify.cli"),
        pytest.param("import classify.summarizer, classify.pages, classify.read", id="import packages"),
        pytest.param(HELP.format(""), id="classify --help"),
        pytest.param(HELP.format("'predict', "), id="classify predict --help"),
    ],
)
def test_importing_loads_nothing_heavy(loaded: Callable[[str], set[str]], program: str) -> None:
    assert loaded(program) == set()


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            "from classify.summarizer import keywords, summarize\n"
            f"assert str(summarize({TEXT!r}, 1)) and keywords({TEXT!r}, 3)",
            id="summarize",
        ),
        pytest.param(
            f"from classify import split_page; assert len(split_page({TEXT!r})) == 1", id="split_page"
        ),
        pytest.param(
            f"from classify import predict_page; (a,) = predict_page({TEXT!r}); assert a.prediction.scores",
            id="predict_page",
        ),
    ],
)
def test_all_but_training_works_without_scikit_learn(loaded: Callable[[str], set[str]], program: str) -> None:
    assert not loaded(program) & {"sklearn", "joblib", "pyarrow", "dask"}
