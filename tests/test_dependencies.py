import pytest

from hwlib import dependencies
from hwlib.dependencies import fingerprint, reached

CODE = "from hwlib import embed\nfrom hwlib.figures import sigmoid\nprint(1)"


@pytest.fixture
def package(tmp_path):
    """A package of its own: page -> embed -> figures.draw -> core -> _deep; other -> _else."""
    sources = {
        "__init__.py": "",
        "embed.py": "from hwlib.figures import draw\n",
        "other.py": "import hwlib._else\n",
        "figures/__init__.py": "",
        "figures/draw.py": "def f():\n    import hwlib.core\nS = P.with_name('s.mplstyle')\n",
        "figures/s.mplstyle": "font: 10\n",
        "figures/unused.json": "{}",
        "core.py": "import hwlib._deep as deep\n",
        "_deep.py": "x = 1\n",
        "_else.py": "x = 2\n",
        "by_name.py": "module('hwlib.other')\n",
        "round.py": "import hwlib.trip\n",
        "trip.py": "from hwlib import round\n",
    }
    for name, text in sources.items():
        path = tmp_path / "hwlib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def names(code, root):
    return {path.relative_to(root / "hwlib").as_posix() for path in reached(code, root)}


FROM_EMBED = {
    "__init__.py", "embed.py", "figures/__init__.py", "figures/draw.py", "figures/s.mplstyle",
    "core.py", "_deep.py",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(1)", set()),
        ("import numpy", set()),
        ("import hwlib", {"__init__.py"}),
        ("from hwlib import embed", FROM_EMBED),
        ("import hwlib.embed as e", FROM_EMBED),
        ("def f():\n  from hwlib.embed import x", FROM_EMBED),
        ("import hwlib.other", {"__init__.py", "other.py", "_else.py"}),
        ("f('hwlib.other.g')", {"__init__.py", "other.py", "_else.py"}),
        ("import hwlib.by_name", {"__init__.py", "by_name.py", "other.py", "_else.py"}),
        ("import hwlib.round", {"__init__.py", "round.py", "trip.py"}),
        ("import hwlib.nothing", {"__init__.py"}),
        ("import hwlib.embed(", set()),
    ],
)
def test_what_code_reaches(package, code, expected):
    assert names(code, package) == expected


@pytest.mark.parametrize("changed", sorted(FROM_EMBED))
def test_a_change_to_anything_that_is_reached_changes_the_fingerprint(package, changed):
    before = fingerprint("from hwlib import embed", package)
    assert fingerprint("from hwlib import embed", package) == before
    (package / "hwlib" / changed).write_text("# another\n")
    assert fingerprint("from hwlib import embed", package) != before


@pytest.mark.parametrize("changed", ["other.py", "_else.py", "figures/unused.json"])
def test_a_change_to_anything_else_does_not(package, changed):
    before = fingerprint("from hwlib import embed", package)
    (package / "hwlib" / changed).write_text("# another\n")
    assert fingerprint("from hwlib import embed", package) == before


def test_a_module_that_appears_and_takes_an_imports_place_is_noticed(package):
    before = fingerprint("from hwlib.core import g", package)
    (package / "hwlib" / "core").mkdir()
    (package / "hwlib" / "core" / "__init__.py").write_text("")
    assert fingerprint("from hwlib.core import g", package) != before


@pytest.mark.parametrize("made", ["later.py", "later/__init__.py", "figures/draw/deep.py"])
def test_a_module_that_is_imported_before_it_is_there_is_noticed(package, made):
    code = "import hwlib.later\nimport hwlib.figures.draw.deep"
    before = fingerprint(code, package)
    (package / "hwlib" / made).parent.mkdir(exist_ok=True)
    (package / "hwlib" / made).write_text("x = 1\n")
    assert fingerprint(code, package) != before


def test_where_the_package_lies_does_not_matter(package, tmp_path_factory):
    moved = tmp_path_factory.mktemp("moved") / "there"
    before = fingerprint("from hwlib import embed", package)
    package.rename(moved)
    assert fingerprint("from hwlib import embed", moved) == before


def test_versions_are_part_of_it(package, monkeypatch):
    before = fingerprint("print(1)", package)
    assert any(name.startswith("numpy-") for name in dependencies.versions())
    monkeypatch.setattr(dependencies, "versions", lambda: ("python-3.11", "numpy-9.9"))
    assert fingerprint("print(1)", package) != before


def test_the_code_is_part_of_it(package):
    assert fingerprint("print(1)", package) != fingerprint("print(2)", package)


def test_this_projects_figures_reach_their_style_and_the_numbers():
    found = {path.name for path in reached(CODE)}
    assert {"embed.py", "sigmoid.py", "plot.py", "style.mplstyle", "activations.py"} <= found
    assert not {"neuron.py", "fences.py", "extension.py", "judges.py"} & found
