import re

import pytest

from hwlib import apidoc, embed

MODULE = '''
r"""About $a < b$."""


class Cup:
    """A cup.

    Attributes:
        size: In ml.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    def fill(self, by: float = 1.0) -> float:
        """Fill it.

        Args:
            by: How much, `|by| < 2`.

        Returns:
            What is left,
            in ml.

        Raises:
            ValueError: If it spills.

        Source:
            Cups (1999).

        Example:
            >>> Cup(2).fill()
            1
        """
        return self.size - by


def _hidden() -> None: ...
'''


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.setattr(apidoc, "_ROOT", tmp_path)
    (tmp_path / "cups.py").write_text(MODULE, encoding="utf-8")
    return embed.api("cups")


def plain(text):
    return re.sub(r"<[^>]+>", "", text)


def test_every_public_name_has_a_heading_with_its_path(text):
    assert re.findall(r'<(h\d) id="([^"]+)"', text) == [("h3", "cups.Cup"), ("h4", "cups.Cup.fill")]


def test_signatures(text):
    assert "class Cup(size: int)" in plain(text)
    assert "fill(by: float = 1.0) -&gt; float" in plain(text)


def test_sections_and_maths(text):
    assert r'About <span class="arithmatex">\(a &lt; b\)</span>.' in text
    assert re.findall(r'"hw-api-part">([^<]+)<', text) == (
        ["Attributes", "Arguments", "Returns", "Errors", "Source", "Example"]
    )
    assert "<dt><code>by</code></dt><dd><p>How much, <code>|by| &lt; 2</code>.</p></dd>" in text
    assert "<dt><code>ValueError</code></dt><dd><p>If it spills.</p></dd>" in text
    assert "<p>What is left,\nin ml.</p>" in text
    assert '<span class="gp">' in text


def test_the_code_keeps_its_indentation(text):
    assert "\n    return self.size - by" in plain(text)


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"there is no 'hwlib\.nothing'"):
        embed.api("hwlib.nothing")
    with pytest.raises(ValueError, match=r"there is no 'hwlib\.activations\.sigmoid'"):
        embed.api("hwlib.activations.sigmoid")


def test_a_public_name_without_a_docstring_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(apidoc, "_ROOT", tmp_path)
    (tmp_path / "mugs.py").write_text('"""Mugs."""\n\n\ndef mug() -> None: ...\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"mugs\.mug \(line 4\) has none"):
        embed.api("mugs")
