"""Workers of all kinds, and their deaths: joblib's processes, its other backends, a dask cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from classify.archive import Totals, engines, run, run_archive
from classify.archive.engines import run_on_dask
from classify.archive.job import Job
from classify.archive.shards import Shard
from classify.archive.units import Place, WorkUnit
from classify.archive.worker import make_shard
from classify.errors import InputError, ModelError
from classify.options import ArchiveOptions, SummaryOptions
from classify.read.parts import FilePart
from tests.archive.support import SMALL, articles, contents, failures, fill, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "out"
    run_archive([source], out, SMALL)
    return contents(out)


@pytest.mark.parametrize(
    "at",
    [
        (3, 14),
        # The second worker is killed when units of the first death are done again: still no part is recorded as failed.
        pytest.param((3, 8), marks=pytest.mark.slow),
    ],
)
def test_a_worker_that_is_killed_costs_nothing(
    at: tuple[int, ...], source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    from joblib.externals.loky import reusable_executor

    killed = []

    def progress(totals: Totals) -> None:
        for pid in list(reusable_executor._executor._processes or ()):
            if len(killed) == len(at) or totals.shards < at[len(killed)]:
                return
            # After a death the executor lists, for a moment, workers that are gone: the next one, or the next shard.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return

    run_archive([source], tmp_path / "out", replace(SMALL, workers=2), progress=progress)
    assert len(killed) == len(at)
    assert contents(tmp_path / "out") == whole


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")
def test_workers_end_with_a_parent_that_is_killed(source: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from classify import ArchiveOptions; from classify.archive import run_archive\n"
        "options = ArchiveOptions(workers=2, unit_bytes=500)\n"
        "run_archive([sys.argv[1]], sys.argv[2], options, progress=lambda t: print(flush=True))"
    )
    command = [sys.executable, "-c", code, str(source), str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        tasks = Path(f"/proc/{parent.pid}/task").glob("*/children")
        children = {pid for task in tasks for pid in task.read_text().split()}
        parent.kill()
    assert len(children) >= 2
    end = time.monotonic() + 30
    while left := {pid for pid in children if _runs(pid)}:
        assert time.monotonic() < end, f"{left} are still there"
        time.sleep(0.2)


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_innocent_page_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    class DiedError(Exception):
        pass

    parts = tuple(FilePart(f"{i}.txt", "", f"第{i}页。".encode(), 9) for i in range(3))
    deaths = Counter({"1.txt": 1 + engines.DEATHS, "2.txt": engines.DEATHS})  # the first one: of all together

    def alone(unit: WorkUnit) -> Shard:
        for part in unit.parts:
            if deaths[part.path]:
                deaths[part.path] -= 1
                raise DiedError
        return Shard(b"".join(p.content for p in unit.parts), "", len(unit.parts), {}, 0, [])

    got = engines._retried(WorkUnit(0, parts, Place()), alone, DiedError, engines.DEATHS)
    assert [f["file"] for f in got.failures] == ["1.txt", "2.txt"]
    deaths.update({"2.txt": engines.DEATHS - 1})
    got = engines._retried(WorkUnit(0, parts, Place()), alone, DiedError, engines.DEATHS)
    assert got.failures == []
    assert got.data.decode() == "第0页。第1页。第2页。"


def deadly(job: Job, unit: WorkUnit) -> Shard:
    if any(part.content == "致命".encode() for part in unit.parts):
        os._exit(9)
    return make_shard(job, unit)


@pytest.mark.slow
def test_a_page_that_kills_every_worker_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    bodies = [*texts(9), "致命", *texts(9, 1)]
    for i, text in enumerate(bodies):
        (tmp_path / "in" / f"{i:02}.txt").write_text(text, "utf-8")
    monkeypatch.setattr(engines, "make_shard", deadly)
    totals = run_archive([tmp_path / "in"], tmp_path / "out", ArchiveOptions(workers=2, unit_bytes=1500))
    assert (totals.articles, totals.failed) == (18, 1)
    assert totals.shards < 18
    (failure,) = failures(tmp_path / "out")
    assert failure["file"].endswith("09.txt")
    assert "a worker died" in failure["error"]
    got = [Path(a["file"]).name for a in articles(tmp_path / "out")]
    assert got == [f"{i:02}.txt" for i in range(19) if i != 9]


def test_units_out_are_bounded(source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = most = 0
    real = run.cut_units

    def cut(*args: Any, **options: Any) -> Iterator[WorkUnit]:
        nonlocal out, most
        for unit in real(*args, **options):
            out += 1
            most = max(most, out)
            yield unit

    def progress(totals: Totals) -> None:
        nonlocal out
        out = max(0, out - 1)
        time.sleep(0.02)  # a slow disk: workers are ahead of it

    monkeypatch.setattr(run, "cut_units", cut)
    totals = run_archive(
        [source], tmp_path / "out", ArchiveOptions(workers=2, unit_bytes=500), progress=progress
    )
    assert totals.shards > 3 * engines.UNITS_OUT * 2
    assert engines.UNITS_OUT < most <= engines.UNITS_OUT * 2 + 1


LOADED = """
import sys
from classify import ArchiveOptions
from classify.archive import run_archive
from joblib import Parallel, delayed
def loaded():
    import sys
    return {m for m in sys.modules if "." not in m}
if __name__ == "__main__":
    run_archive(sys.argv[1:-1], sys.argv[-1], ArchiveOptions(workers=2, unit_bytes=3000))
    print(*loaded())
    print(*set.union(*Parallel(n_jobs=2)(delayed(loaded)() for _ in range(8))))
"""


def test_processes_load_what_they_need(source: Path, tmp_path: Path) -> None:
    pages = [str(p) for p in (source / "甲").glob("第*.txt")]
    command = [sys.executable, "-c", LOADED, *pages, str(tmp_path / "out")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    parent, workers = (set(line.split()) for line in told.splitlines())
    never = {"scipy", "sklearn", "jieba", "rich", "typer", "pyarrow", "zstandard", "distributed", "pandas"}
    assert not parent & never
    assert not workers & never
    assert "numpy" in workers
    assert "rjieba" not in parent  # 31 MB


@pytest.mark.parametrize("n_jobs", [-1, None])
def test_as_many_workers_as_joblib_says(
    n_jobs: int | None, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    import joblib

    with joblib.parallel_config(backend="threading", n_jobs=n_jobs):
        run_archive([source], tmp_path / "out", SMALL)
    assert contents(tmp_path / "out") == whole


def test_a_model_that_is_none_begins_no_run(source: Path, tmp_path: Path) -> None:
    (tmp_path / "m.joblib").write_bytes(b"no model")
    for workers in (1, 2):
        with pytest.raises(ModelError, match="damaged"):
            run_archive(
                [source], tmp_path / "out", ArchiveOptions(workers=workers), model=tmp_path / "m.joblib"
            )
    with pytest.raises(ModelError, match="can't be read"):
        run_archive([source], tmp_path / "out", model=tmp_path / "none.joblib")
    with pytest.raises(ModelError, match="SHA-256"):
        run_archive([source], tmp_path / "out", ArchiveOptions(sha256="0" * 64))
    assert not (tmp_path / "out").exists()


def test_joblib_s_other_backends(source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    import joblib

    # Threads give results one by one, pools of processes (ray's is one) in lists.
    for backend in ("threading", "multiprocessing"):
        with joblib.parallel_config(backend=backend, n_jobs=2):
            run_archive([source], tmp_path / backend, SMALL)
        assert contents(tmp_path / backend) == whole


# -- a cluster ------------------------------------------------------------------------------------


class Cluster:
    """A dask scheduler and workers, each a process of its own, on loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        end = time.monotonic() + 60
        while not self.file.exists() or not self.file.stat().st_size:
            assert time.monotonic() < end, "the scheduler didn't start"
            time.sleep(0.05)

    @property
    def address(self) -> str:
        import json

        address: str = json.loads(self.file.read_text())["address"]
        return address

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        program = f"import sys; from distributed.cli.dask_{arguments[0]} import main; main()"
        command = [sys.executable, "-c", program, *arguments[1:], "--scheduler-file", str(self.file)]
        paths = [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def add_worker(self) -> None:
        self.workers.append(
            self.start("worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
        )

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    started = Cluster(tmp_path)
    try:
        yield started
    finally:
        started.close()


def wait_for_workers(address: str, n: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=60)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker(
    source: Path, whole: dict[str, bytes], tmp_path: Path, cluster: Cluster
) -> None:
    for _ in range(2):
        cluster.add_worker()
    wait_for_workers(cluster.address, 2)
    seen = []

    def progress(totals: Totals) -> None:
        seen.append(totals.shards)
        if totals.shards == 5:
            cluster.workers[0].send_signal(signal.SIGKILL)

    run_archive(
        [source],
        tmp_path / "out",
        replace(SMALL, backend="dask", scheduler=cluster.address),
        progress=progress,
    )
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert cluster.workers[1].poll() is None
    assert len(seen) > 6
    assert contents(tmp_path / "out") == whole


@pytest.mark.slow
def test_a_cluster_goes_on_with_what_one_machine_began(
    source: Path, whole: dict[str, bytes], tmp_path: Path, cluster: Cluster
) -> None:
    class StopError(Exception):
        pass

    def stop(totals: Totals) -> None:
        if totals.shards == 4:
            raise StopError

    with pytest.raises(StopError):
        run_archive([source], tmp_path / "out", SMALL, progress=stop)
    cluster.add_worker()
    run_archive([source], tmp_path / "out", replace(SMALL, backend="dask", scheduler=cluster.address))
    assert contents(tmp_path / "out") == whole


def deadly_on_dask(job: Job, unit: WorkUnit, model: bytes | None = None) -> Shard:
    return deadly(job, unit)


@pytest.mark.slow
def test_a_cluster_whose_workers_die_of_a_unit(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for i, text in enumerate([texts(1)[0], "致命"]):
        (tmp_path / "in" / f"{i}.txt").write_text(text, "utf-8")
    for _ in range(5):
        cluster.add_worker()
    wait_for_workers(cluster.address, 5)
    monkeypatch.setattr(engines, "make_shard", deadly_on_dask)
    totals = run_archive(
        [tmp_path / "in"],
        tmp_path / "out",
        ArchiveOptions(backend="dask", scheduler=cluster.address, unit_bytes=1),
    )
    assert (totals.articles, totals.failed) == (1, 1)
    assert failures(tmp_path / "out")[0]["file"].endswith("1.txt")


def test_no_scheduler(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no dask scheduler answers") as told:
        run_archive([tmp_path], tmp_path / "out", ArchiveOptions(backend="dask", scheduler="no address"))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "tcp://host", "tcp://127.0.0.1:99999"]
)
def test_a_wrong_address_of_a_scheduler_is_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of dask is asked: it would try for long, and log its own lines."""
    monkeypatch.setitem(sys.modules, "distributed", ModuleType("distributed"))
    job = Job("m.joblib", "", "", None, SummaryOptions(), "jsonl")
    with pytest.raises(InputError, match="no dask scheduler answers") as e:
        next(run_on_dask(iter(()), job, address))
    assert "\n" not in str(e.value)


def test_units_that_cost_much_go_out_alone() -> None:
    def unit(number: int, lines: int) -> WorkUnit:
        page = b"a\n" * lines
        return WorkUnit(number, (FilePart(f"{number}.txt", "", page, len(page)),), Place(number + 1, 0, 0))

    units = [unit(k, lines) for k, lines in enumerate((10, 10, 5000, 10, 10))]
    window = engines._Window(units, 3, 1_000_000)
    out = []
    while not window.exhausted:
        out.append([one.number for one in window])
        window.out.clear()
    assert [numbers for numbers in out if numbers] == [[0, 1], [2], [3, 4]]
