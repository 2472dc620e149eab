"""Workers of all kinds, and their deaths: joblib's processes, its other backends, a dask cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_archive import SMALL, articles, contents, failures, fill, texts

from classify.archive import Totals, engines, run, run_archive
from classify.archive.work import work
from classify.errors import InputError, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classify.archive.sources import Unit
    from classify.archive.work import Job, Result

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "out"
    run_archive([source], out, unit_bytes=SMALL)
    return contents(out)


def test_a_worker_that_is_killed_costs_nothing(source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    from joblib.externals.loky import reusable_executor

    killed = []

    def progress(totals: Totals) -> None:
        pids = list(reusable_executor._executor._processes)
        # What was out at the first death has been done again by the second.
        if pids and totals.shards > (2, 3 + 2 * engines.AHEAD, 999)[len(killed)]:
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    run_archive([source], tmp_path / "out", workers=2, unit_bytes=SMALL, progress=progress)
    assert killed
    assert contents(tmp_path / "out") == whole


def deadly(job: Job, unit: Unit) -> Result:
    if any(piece.content == "致命".encode() for piece in unit.pieces):
        os._exit(9)
    return work(job, unit)


def test_a_page_that_kills_every_worker_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    bodies = [*texts(9), "致命", *texts(9, 1)]
    for i, text in enumerate(bodies):
        (tmp_path / "in" / f"{i:02}.txt").write_text(text, "utf-8")
    monkeypatch.setattr(engines, "work", deadly)
    totals = run_archive([tmp_path / "in"], tmp_path / "out", workers=2, unit_bytes=1500)
    assert (totals.articles, totals.failed) == (18, 1)
    assert totals.shards < 18
    (failure,) = failures(tmp_path / "out")
    assert failure["file"].endswith("09.txt")
    assert "a worker died" in failure["error"]
    got = [Path(a["file"]).name for a in articles(tmp_path / "out")]
    assert got == [f"{i:02}.txt" for i in range(19) if i != 9]


def test_units_out_are_bounded(source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = most = 0
    real = run.cut

    def cut(*args: Any, **options: Any) -> Iterator[Unit]:
        nonlocal out, most
        for unit in real(*args, **options):
            out += 1
            most = max(most, out)
            yield unit

    def progress(totals: Totals) -> None:
        nonlocal out
        out = max(0, out - 1)
        time.sleep(0.05)  # a slow disk: workers are ahead of it

    monkeypatch.setattr(run, "cut", cut)
    totals = run_archive([source], tmp_path / "out", workers=2, unit_bytes=500, progress=progress)
    assert totals.shards > 3 * engines.AHEAD * 2
    assert engines.AHEAD < most <= engines.AHEAD * 2 + 1


def test_joblib_s_other_backends(source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    import joblib

    # Threads give results one by one, pools of processes (ray's is one) in lists.
    for backend in ("threading", "multiprocessing"):
        with joblib.parallel_config(backend=backend, n_jobs=2):
            run_archive([source], tmp_path / backend, unit_bytes=SMALL)
        assert contents(tmp_path / backend) == whole


def test_a_worker_that_would_do_it_differently_refuses(source: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from classify.archive import work as module

    job = run._job(None, None, 3, 5, "jsonl")
    data = Path(job.model).read_bytes()
    module._loaded.clear()
    with pytest.raises(ModelError, match=r"0\.0\.0"):
        module._model(replace(job, version="0.0.0"), None)
    with pytest.raises(ModelError, match="SHA-256"):
        module._model(replace(job, model_sha256="0" * 64), None)
    with pytest.raises(ModelError, match="SHA-256"):
        module._model(job, data[:-1])
    assert module._model(replace(job, model="/not/here"), data).classes


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
        backend="dask",
        scheduler=cluster.address,
        unit_bytes=SMALL,
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
        run_archive([source], tmp_path / "out", unit_bytes=SMALL, progress=stop)
    cluster.add_worker()
    run_archive([source], tmp_path / "out", backend="dask", scheduler=cluster.address, unit_bytes=SMALL)
    assert contents(tmp_path / "out") == whole


def deadly_on_dask(job: Job, unit: Unit, model: bytes | None = None) -> Result:
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
    monkeypatch.setattr(engines, "work", deadly_on_dask)
    totals = run_archive(
        [tmp_path / "in"], tmp_path / "out", backend="dask", scheduler=cluster.address, unit_bytes=1
    )
    assert (totals.articles, totals.failed) == (1, 1)
    assert failures(tmp_path / "out")[0]["file"].endswith("1.txt")


def test_no_scheduler(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no dask scheduler answers") as told:
        run_archive([tmp_path], tmp_path / "out", backend="dask", scheduler="no address")
    assert "\n" not in str(told.value)
