"""The public names of a module as HTML: signature, meaning, arguments, results, errors, code.

griffe reads the source and its Google docstrings without importing the module; Python-Markdown
writes the text, so that maths and code in a docstring look as they do on a page. (griffe2md and
mkdocstrings render too: into tables, whose cells a `|z|` in a formula breaks and which a phone
cannot show, and the second as a plugin, which not every engine runs.)
"""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
import markdown
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonConsoleLexer, PythonLexer  # type: ignore[import-untyped]

_ROOT = Path(__file__).parent.parent
_HEADINGS = {"parameters": "Arguments", "raises": "Errors"}


def module(name: str) -> str:
    """Write the API of a module.

    Args:
        name: Dotted, of a module of hwlib, such as `hwlib.activations`.

    Returns:
        One `<section>`: the module's text, then an item with an h3 for each public function and
        class, in the order of the source.

    Raises:
        ValueError: If there is no such module, or a public name in it has no docstring.
    """
    found = _loaded(name)
    items = "\n".join(_item(member, "h3") for member in _public(found))
    return f'<section class="hw-api">\n{_text(_docstring(found))}\n{items}\n</section>'


def _loaded(name: str) -> griffe.Module:
    """Read one module and no other; `griffe.load` would read the package and ask git about it."""
    path = _ROOT.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        raise ValueError(
            f"api needs the name of a module of hwlib; there is no {name!r}. "
            "Give it dotted, such as hwlib.activations."
        )
    source = path.read_text(encoding="utf-8")
    loader = griffe.GriffeLoader(extensions=griffe.load_extensions())
    loader.lines_collection[path] = source.splitlines()
    package, _, stem = name.rpartition(".")
    found = griffe.visit(
        stem,
        path,
        source,
        extensions=loader.extensions,
        parent=griffe.Module(package, filepath=path.with_name("__init__.py")) if package else None,
        docstring_parser="google",
        docstring_options={"returns_multiple_items": False},  # a second line goes on with the first
        lines_collection=loader.lines_collection,
        modules_collection=loader.modules_collection,
    )
    loader.extensions.call("on_package", pkg=found, loader=loader)  # signatures of dataclasses
    return found


def coloured(source: str, lexer: Any = None) -> str:
    """Write Python code as HTML with the classes that the theme colours."""
    body = highlight(source, lexer or PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<div class="highlight"><pre tabindex="0"><code>{body}</code></pre></div>'


def _public(owner: griffe.Module | griffe.Class) -> Iterator[griffe.Function | griffe.Class]:
    for name, member in owner.members.items():
        if not name.startswith("_") and isinstance(member, griffe.Function | griffe.Class):
            yield member


def _docstring(item: griffe.Object) -> griffe.Docstring:
    if item.docstring is None:
        raise ValueError(
            f"api needs a docstring for every public name; {item.path} "
            f"(line {item.lineno}) has none. "
            "Write one, or begin the name with an underscore."
        )
    return item.docstring


def _item(item: griffe.Function | griffe.Class, heading: str) -> str:
    inner = "".join(_item(method, "h4") for method in _methods(item))
    return (
        f'<div class="hw-api-item">\n'
        f'<{heading} id="{item.path}"><code>{item.name}</code></{heading}>\n'
        f'<div class="hw-api-signature">{coloured(_signature(item))}</div>\n'
        f"{''.join(_section(section) for section in _docstring(item).parsed)}"
        f"{'' if inner else _code(item)}</div>\n{inner}"
    )


def _methods(item: griffe.Function | griffe.Class) -> Iterator[griffe.Function | griffe.Class]:
    return _public(item) if isinstance(item, griffe.Class) else iter(())


def _signature(item: griffe.Function | griffe.Class) -> str:
    if isinstance(item, griffe.Function):
        return item.signature()
    given = item.signature(return_type=False) if "__init__" in item.members else item.name
    return f"class {given}"


def _code(item: griffe.Object) -> str:
    return (
        '<details class="hw-fold hw-fold-code hw-api-source" data-search-exclude>'
        f"<summary>Code</summary>\n{coloured(item.source)}\n</details>\n"
    )


def _section(section: griffe.DocstringSection) -> str:
    kind = section.kind.value
    if kind == "text":
        return _markdown(section.value)
    if kind == "admonition":
        return _part(section.title or kind, _note(section.value.contents))
    title = _HEADINGS.get(kind, kind.capitalize())
    if kind in {"returns", "yields"}:
        return _part(title, "".join(_markdown(item.description) for item in section.value))
    return _part(title, _terms(section.value))


def _text(docstring: griffe.Docstring) -> str:
    return "".join(_section(section) for section in docstring.parsed)


def _part(title: str, body: str) -> str:
    return f'<p class="hw-api-part">{html.escape(title)}</p>\n{body}\n'


def _note(contents: str) -> str:
    if contents.startswith(">>>"):
        return coloured(contents, PythonConsoleLexer())
    return _markdown(contents)


def _terms(items: list[Any]) -> str:
    """Write arguments, attributes or errors as a list of terms; an error's name is its type."""
    written = "".join(
        f"<dt><code>{html.escape(getattr(item, 'name', None) or str(item.annotation))}</code></dt>"
        f"<dd>{_markdown(item.description)}</dd>"
        for item in items
    )
    return f"<dl>{written}</dl>"


def _markdown(source: str) -> str:
    settings = {"pymdownx.arithmatex": {"generic": True}}
    return markdown.markdown(
        source, extensions=["pymdownx.arithmatex", "sane_lists"], extension_configs=settings
    )
