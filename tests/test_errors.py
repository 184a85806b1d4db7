import pytest
from pymdownx.superfences import SuperFencesException

from hwlib.errors import PageError, box, report


def test_message_names_file_line_and_column():
    assert str(PageError("docs/x.md", 31, "wrong", 5)) == "docs/x.md:31:5: wrong"
    assert str(PageError("docs/x.md", 31, "wrong")) == "docs/x.md:31: wrong"
    assert str(PageError("docs/x.md", 0, "wrong")) == "docs/x.md: wrong"


def test_superfences_lets_it_through():
    assert issubclass(PageError, SuperFencesException)


def test_report_stops_a_bare_engine(monkeypatch):
    monkeypatch.delenv("HWLIB_ERRORS", raising=False)
    with pytest.raises(PageError, match=r"docs/x\.md:3: wrong"):
        report(PageError("docs/x.md", 3, "wrong"))


def test_report_is_a_box_when_faults_are_collected(monkeypatch):
    monkeypatch.setenv("HWLIB_ERRORS", "collect")
    assert report(PageError("docs/x.md", 3, "a < b\nthen")) == (
        '<div class="hw-error" role="alert"><pre>docs/x.md:3: a &lt; b&#10;then</pre></div>'
    )


def test_box_cannot_be_broken_out_of():
    assert "<script>" not in box(PageError("docs/x.md", 3, "<script>"))
