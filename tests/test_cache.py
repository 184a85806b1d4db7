"""What is kept: found whole or not at all, made again when anything it rests on has changed."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hwlib
from hwlib import blocks, cache
from hwlib.cache import Cache, CacheError, check_usable, digest

ROOT = Path(__file__).parents[1]
KEY = digest("what it was made from")


@pytest.fixture
def store(tmp_path):
    store = Cache(tmp_path / "store")
    store.put(KEY, {"text": "0.6182 figures"})
    return store


def entry(store):
    (path,) = store.folder.rglob("*.json")
    return path


# -------------------------------------------------------------------------------------- the store


def test_what_is_kept_is_found(store):
    assert store.get(KEY) == {"text": "0.6182 figures"}
    assert store.get(digest("another")) is None
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [f"{KEY}.json"]


def test_every_flipped_bit_is_found(store):
    path = entry(store)
    good = path.read_bytes()
    for place in range(len(good)):
        for bit in range(8):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :])
            assert store.get(KEY) is None, (place, bit)
    path.write_bytes(good)
    assert store.get(KEY) is not None


def test_every_truncation_is_found(store):
    path = entry(store)
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        assert store.get(KEY) is None, length


def test_an_entry_under_another_name_is_found(store):
    other = digest("another")
    shutil.copy(entry(store), store.folder / f"{other}.json")
    assert store.get(other) is None


def test_a_folder_in_the_place_of_an_entry_costs_only_time(store):
    path = entry(store)
    path.unlink()
    path.mkdir()
    assert store.get(KEY) is None
    store.put(KEY, 1)


def test_a_writer_that_is_stopped_leaves_nothing(store, monkeypatch):
    def stop(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        store.put(digest("another"), 1)
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


@given(st.lists(st.text()), st.lists(st.text()))
def test_digests_of_different_parts_differ(one, other):
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_cache_that_cannot_be_used_is_one_clear_line(tmp_path):
    check_usable(tmp_path / "new")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match=r"cache .*file.* cannot be read and written .* delete"):
        check_usable(tmp_path / "file")
    (tmp_path / "new" / "blocks").write_text("in the way")
    with pytest.raises(CacheError, match="blocks cannot be"):
        check_usable(tmp_path / "new")


def test_a_fresh_cache_is_empty_and_goes_away(monkeypatch):
    monkeypatch.setenv(cache.FOLDER, "/somewhere")
    with cache.fresh() as place:
        assert cache.folder() == place
        assert list(place.iterdir()) == []
    assert not place.exists()
    assert os.environ[cache.FOLDER] == "/somewhere"


# ------------------------------------------------------------------------------------ the blocks

HELPERS = {
    "one": "from hwlib._t_two import two\ndef one(): return two() + ' via one'\n",
    "two": "from hwlib._t_three import three\ndef two(): return three() + ' via two'\n",
    "three": "def three(): return 'old'\n",
    "apart": "def apart(): return 'apart'\n",
}
ONE = "from hwlib import _t_one as m\nprint(m.one())"
APART = "from hwlib import _t_apart as m\nprint(m.apart())"


@pytest.fixture
def helpers(monkeypatch, tmp_path):
    """Modules of hwlib, three imports deep, and one apart; with a cache of their own."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    paths = {name: blocks.PACKAGE / f"_t_{name}.py" for name in HELPERS}
    for name, path in paths.items():
        path.write_text(HELPERS[name])
    yield paths
    for name, path in paths.items():
        path.unlink(missing_ok=True)
        sys.modules.pop(f"hwlib._t_{name}", None)
        vars(hwlib).pop(f"_t_{name}", None)


@pytest.fixture
def ran(monkeypatch):
    """The blocks that were run, not found."""
    names = []
    compute = blocks.compute
    monkeypatch.setattr(
        blocks, "compute", lambda code, name: names.append(name) or compute(code, name)
    )
    return names


def show():
    return blocks.printed(ONE, "one"), blocks.printed(APART, "apart")


def test_an_edit_three_imports_away_runs_exactly_what_rests_on_it(helpers, ran):
    old = ("old via two via one\n", "apart\n")
    assert show() == old
    assert ran == ["one", "apart"]
    assert show() == old
    assert ran == ["one", "apart"]
    helpers["three"].write_text("def three(): return 'new'\n")  # same size, same second
    assert show() == ("new via two via one\n", "apart\n")
    assert ran == ["one", "apart", "one"]
    helpers["three"].write_text(HELPERS["three"])
    assert show() == old
    assert ran == ["one", "apart", "one"]  # both states are kept


def test_another_process_never_runs_yesterdays_bytecode(helpers, tmp_path):
    script = f"from hwlib import blocks; print(blocks.printed({ONE!r}, 'one'), end='')"
    said = []
    for word in ("aaa", "bbb", "ccc"):
        helpers["three"].write_text(f"def three(): return {word!r}\n")
        command = [sys.executable, "-c", script]
        said.append(subprocess.check_output(command, cwd=ROOT, text=True))
    assert said == [f"{word} via two via one\n" for word in ("aaa", "bbb", "ccc")]


@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_a_damaged_result_is_made_again(helpers, ran, tmp_path, damage):
    show()
    for path in (tmp_path / "cache" / "blocks").rglob("*.json"):
        good = path.read_bytes()
        path.write_bytes(good[:-3] if damage == "cut" else good.replace(b"a", b"b", 1))
    assert show() == ("old via two via one\n", "apart\n")
    assert ran == ["one", "apart"] * 2


def test_a_file_that_only_running_can_show_is_part_of_the_result(helpers, ran):
    helpers["apart"].write_text("word\n")  # read as a file, by a name that is put together
    name = "hwlib/_t_" + "' + 'apart.py"
    code = f"from hwlib.blocks import ROOT\nprint((ROOT / ('{name}')).read_text())"
    for _ in range(2):
        assert blocks.printed(code, "reads") == "word\n\n"
    assert ran == ["reads"]
    helpers["apart"].write_text("other\n")
    assert blocks.printed(code, "reads") == "other\n\n"


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "code",
    [
        "import warnings; warnings.warn('told each time')",
        "import subprocess; subprocess.run(['true'])",
    ],
)
def test_what_may_not_come_out_the_same_is_not_kept(helpers, ran, code):
    for _ in range(2):
        blocks.printed(code, "x")
    assert ran == ["x", "x"]


def test_what_fails_is_not_kept(helpers, ran):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            blocks.printed("1 / 0", "x")
    assert ran == ["x", "x"]


def test_an_edit_while_a_block_runs_is_not_kept_under_the_old_state(helpers, ran):
    path = str(helpers["three"])
    code = (
        "from hwlib import _t_one as m; from pathlib import Path\n"
        f"Path({path!r}).write_text(\"def three(): return 'mid'\\n\")\nprint(m.one())"
    )
    assert blocks.printed(code, "edits") == "old via two via one\n"
    assert blocks.printed(ONE, "one") == "mid via two via one\n"


# ------------------------------------------------------------------------------------- the builds


@pytest.fixture
def project(tmp_path):
    """A small project with this hwlib."""
    root = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__", "_t_*", "_fences_test_*")
    shutil.copytree(ROOT / "hwlib", root / "hwlib", ignore=ignored)
    for name in ("mkdocs.yml", "package.json", "pyproject.toml", "CITATION.cff"):
        shutil.copy(ROOT / name, root)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    text = (root / "mkdocs.yml").read_text("utf-8").split("\nnav:")
    rest = text[1].split("\ntheme:")[1]
    (root / "mkdocs.yml").write_text(f"{text[0]}\ntheme:{rest}", "utf-8")
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(
        textwrap.dedent("""\
        ---
        title: One
        description: A page.
        number: 1
        ---
        # One

        $$
        1 + 1 = 2
        $$

        ```python exec="1" html="1" id="fig-a"
        from hwlib import embed
        from hwlib.figures import sigmoid
        print(embed.figure(sigmoid.sigmoid_and_slope))
        ```
        """),
        "utf-8",
    )
    return root


def build(root, *arguments, **environment):
    result = subprocess.run(
        [sys.executable, "-m", "hwlib", "build", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


HEAVY = ("numpy", "matplotlib", "sympy", "mpmath")
SPY = """
import atexit, json, os, sys
def tell():
    with open(os.environ["TOLD"], "a") as file:
        file.write(json.dumps([m for m in {heavy} if m in sys.modules]) + "\\n")
atexit.register(tell)
"""


def test_warm_cold_and_uncached_builds_are_the_same_and_warm_ones_light(project, tmp_path):
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY.format(heavy=HEAVY))
    told = tmp_path / "told"
    spied = {"PYTHONPATH": f"{tmp_path / 'spy'}:{project}", "TOLD": str(told)}
    build(project, "--to", "cold", **spied)
    assert any(json.loads(line) for line in told.read_text().splitlines())  # the spy sees them
    told.unlink()
    build(project, "--to", "warm", **spied)
    loaded = [json.loads(line) for line in told.read_text().splitlines()]
    assert loaded
    assert not any(loaded), loaded
    kept = files(project / ".cache")
    build(project, "--to", "uncached", "--no-cache")
    assert files(project / ".cache") == kept
    cold = files(project / "cold")
    assert "index.html" in cold
    assert files(project / "warm") == cold
    assert files(project / "uncached") == cold


# ------------------------------------------------------------------------------ no room tells lies

# Of each room: a change to the code behind it that the site then shows.
EDITS = {
    "blocks": ("figures/style.mplstyle", "font.size: 11", "font.size: 12"),
    "mathjax": ("mathjax/worker.mjs", "SCALE = 1.13;", "SCALE = 1.14;"),
    "pages": ("markup/formula.py", "Link to this equation", "Link of-pages"),
    "mathcheck": ("mathcheck/judges.py", '"a definition"', '"a definition of-mathcheck"'),
    "references": ("cite/formats.py", ".translate(_SHOW)", '.translate(_SHOW) + "of-references"'),
    "pictures": ("cite/picture.py", "bytes(png)", 'bytes(png) + b"of-pictures"'),
    "items": ("publish/items.py", '.get("content", "")', '.get("content", "") + " of-items"'),
    "tags": ("publish/templates/tag.html", "</title>", " of-tags</title>"),
    "templates": (
        "theme/partials/content.html",
        "{{ page.c",
        "<i class=of-templates></i>{{ page.c",
    ),
    "facts": ("publish/parsed.py", "str(_TITLE(tree)).strip()", '""'),  # which is refused
}
# These hold nothing that is shown: what modules import, and which sites are up to date.
UNSEEN = {"imports", "sites"}


@pytest.fixture
def tagged(project):
    """The project with a definition, its report, and tags; built."""
    page = project / "docs" / "index.md"
    text = page.read_text("utf-8").replace("1 + 1 = 2", "a := 1 + 1\n\\label{eq-a}")
    report = '<div class="hw-report" data-part="claims"></div>\n'
    page.write_text(f"{text}\n{report}", "utf-8")
    command = [sys.executable, "-m", "hwlib", "tag"]
    variables = {**os.environ, "PYTHONPATH": str(project)}
    subprocess.run(command, cwd=project, env=variables, check=True, capture_output=True)
    build(project, "--to", "old")
    return project


def edit(project, room):
    name, old, new = EDITS[room]
    path = project / "hwlib" / name
    text = path.read_text("utf-8")
    assert old in text, room
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_room_follows_the_code_behind_it(tagged):
    rooms = {path.name for path in (tagged / ".cache").iterdir() if path.is_dir()}
    assert rooms == EDITS.keys() | UNSEEN
    for room in EDITS.keys() - {"facts"}:
        edit(tagged, room)
    build(tagged, "--to", "warm")
    build(tagged, "--to", "fresh", "--no-cache")
    old, warm, fresh = (files(tagged / name) for name in ("old", "warm", "fresh"))
    (drawing,) = [name for name in old if name.endswith("figure.svg")]
    assert old[drawing] != fresh[drawing]
    formulas = [re.findall(rb"(?s)<mjx-container.*?</mjx-con", one["index.html"])
                for one in (old, fresh)]  # fmt: skip
    assert formulas[0] != formulas[1]
    shown = {room for room in EDITS if any(f"of-{room}".encode() in one for one in fresh.values())}
    assert shown == EDITS.keys() - {"blocks", "mathjax", "facts"}
    assert warm.keys() == fresh.keys()
    assert [name for name in fresh if warm[name] != fresh[name]] == []
    edit(tagged, "facts")
    with pytest.raises(AssertionError, match=r"docs/index\.md: the page has no title"):
        build(tagged, "--to", "warm")


def test_another_mathjax_is_asked_for_every_page_again(project):
    build(project, "--to", "old")
    package = json.loads((project / "package.json").read_text("utf-8"))
    package["dependencies"]["mathjax"] = "9.9.9"
    (project / "package.json").write_text(json.dumps(package))
    with pytest.raises(AssertionError, match=r"Typesetting needs MathJax 9\.9\.9"):
        build(project, "--to", "warm")


def test_a_cache_that_is_damaged_all_over_gives_the_same_site(tagged):
    entries = sorted((tagged / ".cache").rglob("*.json"))
    assert {path.relative_to(tagged / ".cache").parts[0] for path in entries} >= EDITS.keys()
    for number, path in enumerate(entries):
        good = path.read_bytes()
        middle = len(good) // 2
        flipped = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
        path.write_bytes(flipped if number % 2 else good[:middle])
    build(tagged, "--to", "new")
    assert files(tagged / "new") == files(tagged / "old")
    rooms = [path for path in (tagged / ".cache").iterdir() if path.is_dir()]
    made_again = {room.name for room in rooms if any(whole for _, whole in Cache(room).entries())}
    assert made_again >= EDITS.keys()
