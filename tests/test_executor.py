"""Cold work: on the cores of this machine and on a Dask cluster, with the same results."""

import json
import os
import subprocess
import sys
from concurrent.futures import Executor
from pathlib import Path

import pytest
from tinysite import write

from hwlib import blocks, cache
from hwlib.executor import SchedulerError, executor
from hwlib.mathcheck import check_page, page_pieces, pages
from hwlib.mathjax import Tex
from hwlib.mathjax.node import Worker
from hwlib.mathjax.typeset import Typesetter, _typesetter
from hwlib.pages import read
from hwlib.warm import FEWEST, warm

ROOT = Path(__file__).parents[1]
CLUSTER = """
import sys
from distributed import LocalCluster
with LocalCluster(
    n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
    worker_dashboard_address=None, host="127.0.0.1",
) as cluster:
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
"""


def page(count=5):
    texts = [
        f'```python exec="1" html="1" id="fig-{n}"\n'
        "from hwlib import embed\nfrom hwlib.figures import sigmoid\n"
        f"print(embed.figure(sigmoid.sigmoid_and_slope, z_max={n + 4}.0))\n```\n"
        for n in range(count)
    ]
    return "# A\n\n" + "\n".join(texts)


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    monkeypatch.delenv("HWLIB_SCHEDULER", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return write(tmp_path / "docs", index=page())


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers, each a process."""
    script = tmp_path / "cluster.py"
    script.write_text(f"if __name__ == '__main__':\n{CLUSTER.replace(chr(10), chr(10) + '    ')}\n")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process.stdout.readline().strip()
    process.communicate("")


def kept(folder):
    return {
        path.name: json.loads(path.read_text("utf-8").split("\n")[1])
        for path in (folder / "blocks").rglob("*.json")
    }


def test_the_cores_give_what_this_process_gives(docs, tmp_path, monkeypatch):
    told = []
    assert warm(docs, lambda *step: told.append(step)) == 5
    assert [(done, total) for done, total, _ in told] == [(n, 5) for n in range(1, 6)]
    assert {name for _, _, name in told} == {f"fig-{n}" for n in range(5)}
    assert warm(docs, pytest.fail) == 0
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "here"))
    for n in range(5):
        code = (
            "from hwlib import embed\nfrom hwlib.figures import sigmoid\n"
            f"print(embed.figure(sigmoid.sigmoid_and_slope, z_max={n + 4}.0))"
        )
        blocks.printed(code, "x")
    assert kept(tmp_path / "here").keys() == kept(tmp_path / "cache").keys()
    texts = [{name: one["text"] for name, one in kept(tmp_path / f).items()}
             for f in ("here", "cache")]  # fmt: skip
    assert texts[0] == texts[1]


def test_a_dask_cluster_gives_the_same_bytes(docs, tmp_path, monkeypatch, cluster):
    assert cluster.startswith("tcp://")
    assert warm(docs, lambda *_: None) == 5
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "dask"))
    monkeypatch.setenv("HWLIB_SCHEDULER", cluster)
    assert warm(docs, lambda *_: None) == 5
    one, other = kept(tmp_path / "cache"), kept(tmp_path / "dask")
    assert one.keys() == other.keys()
    assert all(one[key]["text"] == other[key]["text"] for key in one)


def test_the_work_is_done_by_the_clusters_workers(monkeypatch, cluster):
    monkeypatch.setenv("HWLIB_SCHEDULER", cluster)
    with executor(8) as workers:
        assert isinstance(workers, Executor)
        pids = {future.result() for future in [workers.submit(os.getpid) for _ in range(8)]}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_cluster_there_is_one_clear_line(monkeypatch):
    monkeypatch.setenv("HWLIB_SCHEDULER", "nonsense://here")
    message = "no Dask scheduler answers at HWLIB_SCHEDULER="
    with pytest.raises(SchedulerError, match=message), executor(1):
        pass


def test_without_dask_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("HWLIB_SCHEDULER", "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SchedulerError, match=r"pip install 'hwlib\[dask\]'"), executor(1):
        pass


def test_beside_the_blocks_formulas_are_typeset_and_claims_judged(docs, tmp_path, monkeypatch):
    write(docs, index=page() + "$$(a + b)^2 = a^2 + 2ab + b^2$$\n\n$c$ and $\\foo$\n")
    _typesetter.cache_clear()  # the one of another test has another cache
    assert warm(docs, lambda *_: None) == 5
    assert _typesetter().worker._process is None  # it holds much memory, and has no more to do
    monkeypatch.setattr(Worker, "_start", pytest.fail)
    monkeypatch.setattr(pages, "_judge", pytest.fail)
    source = read(docs / "index.md")
    square, letter, _ = source.formulas
    Typesetter(ROOT).typeset([Tex(square.tex, display=True), Tex(letter.tex, display=False)])
    Typesetter(ROOT).plain_texts([square.tex])
    found = check_page(page_pieces(source, "docs/index.md"))
    assert [(one.verdict, one.line) for one in found] == [
        ("proved", square.line),
        ("parse", letter.line),
    ]


def test_few_blocks_are_left_to_the_engine(docs):
    write(docs, index=page(FEWEST - 1))
    assert warm(docs, pytest.fail) == 0


def test_what_fails_is_left_to_the_engine(docs, tmp_path):
    bad = "".join(f'```python exec="1" id="b{n}"\n1 / 0 + {n}\n```\n\n' for n in range(FEWEST))
    write(docs, index=bad)
    assert warm(docs, lambda *_: None) == FEWEST
    assert kept(tmp_path / "cache") == {}
