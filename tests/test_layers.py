"""The order of the rooms: who may import whom. Nothing imports backwards."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

HWLIB = Path(__file__).parents[1] / "hwlib"

# A room, the modules or packages in it, and the rooms that they may import beside their own.
CORE, WORKED, REFERENCE, TABLES, FIGURES = "core", "worked", "reference", "tables", "figures"
ROOMS: Mapping[str, tuple[set[str], set[str]]] = {
    CORE: ({"_inputs", "_pairs", "activations", "neuron", "differences"}, set()),
    WORKED: ({"backprop", "evidence", "losses", "network"}, {CORE}),
    REFERENCE: ({"reference"}, {CORE}),
    TABLES: ({"tables"}, {CORE, WORKED, REFERENCE}),
    FIGURES: ({"figures"}, {CORE, WORKED, REFERENCE, TABLES}),
    "words": ({"apidoc", "embed"}, {CORE, REFERENCE, TABLES, FIGURES}),
    "errors": ({"errors", "utf8"}, set()),
    "pages": ({"pages"}, {"errors"}),
    "mathtex": ({"mathtex"}, set()),
    "mathcheck": ({"mathcheck"}, {"mathtex", "pages", "errors", "cache"}),
    "cache": ({"cache", "dependencies"}, set()),
    "mathjax": ({"mathjax"}, {"cache"}),
    "markdown": (
        {"site", "markup", "extension", "blocks", "fences"},
        {"cache", "errors", "pages", "mathtex", "mathcheck", "mathjax"},
    ),
}
# What is not listed (publish, commands, __main__, …) stands at the top: it may import everything,
# and no room may import it.
TOP = "top"

# Rooms that keep to few libraries, whatever else is installed.
LIBRARIES = {CORE: {"numpy"}, WORKED: {"numpy"}, "mathtex": set(), "mathjax": set()}


def room_of(module: str) -> str:
    """The room of `hwlib.figures.svg` and so on; `hwlib` itself holds nothing."""
    name = module.split(".")[1]
    return next((room for room, (members, _) in ROOMS.items() if name in members), TOP)


def modules(package: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def imports(path: Path, package: Path) -> Iterator[str]:
    """Full names of all that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            for alias in node.names:
                inner = package.parent.joinpath(*str(node.module).split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield f"{node.module}.{alias.name}" if is_module else str(node.module)


def backward_imports(package: Path) -> list[str]:
    found = []
    for module, path in modules(package):
        if module == "hwlib":
            continue
        room = room_of(module)
        for name in imports(path, package):
            if not name.startswith("hwlib."):
                outside = name.split(".")[0]
                if outside not in sys.stdlib_module_names | LIBRARIES.get(room, {outside}):
                    found.append(f"{module} imports {name}")
            elif room != TOP and room_of(name) not in ROOMS[room][1] | {room}:
                found.append(f"{module} imports {name}")
    return found


def foreign_modules(statement: str) -> list[str]:
    """What a fresh process has loaded after a statement, beside numpy and the standard library."""
    script = (
        f"{statement}\nimport sys\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(tops - sys.stdlib_module_names - {'hwlib', 'numpy', '__main__'}))"
    )
    # -I: no site customisation of the environment; -S would lose numpy.
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.')\n{script}"]
    done = subprocess.run(command, cwd=HWLIB.parent, capture_output=True, text=True, check=True)
    before = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    at_start = {name.partition(".")[0] for name in before.stdout.split()}
    return [name for name in done.stdout.split() if name not in at_start]


@pytest.mark.parametrize("module", sorted(ROOMS[CORE][0]))
def test_the_numeric_core_needs_numpy_alone(module):
    assert foreign_modules(f"import hwlib.{module}") == []


def test_that_test_can_fail():
    assert "mpmath" in foreign_modules("import hwlib.activations, mpmath")
    assert "mpmath" in foreign_modules("import hwlib.reference")


def test_importing_hwlib_itself_loads_nothing():
    statement = "import hwlib, sys; assert 'numpy' not in sys.modules"
    assert foreign_modules(statement) == []


def test_nothing_imports_backwards():
    assert backward_imports(HWLIB) == []


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("activations.py", "from hwlib import reference"),
        ("activations.py", "def f():\n    from hwlib.figures import plot"),
        ("neuron.py", "import matplotlib"),
        ("figures/svg.py", "import hwlib.embed"),
        ("mathtex/tokens.py", "from hwlib.errors import PageError"),
        ("pages/source.py", "from hwlib.publish import prove"),
    ],
)
def test_a_backward_import_is_noticed(tmp_path, where, line):
    package = tmp_path / "hwlib"
    for name in ("activations", "neuron", "reference", "errors", "embed", "publish"):
        (package / name).with_suffix(".py").parent.mkdir(exist_ok=True)
        (package / name).with_suffix(".py").write_text("")
    for name in ("figures", "mathtex", "pages"):
        (package / name).mkdir()
    assert backward_imports(package) == []
    (package / where).write_text(line)
    assert len(backward_imports(package)) == 1
