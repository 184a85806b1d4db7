"""The registry of tags: given, moved, renamed, changed, withdrawn, copied, tampered with."""

import subprocess
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib.publish import tags
from hwlib.publish.items import Item
from hwlib.publish.tags import FILE, Published, Stated
from hwlib.publish.tags.registry import HEADER

DAY, LATER = "2026-11-23", "2027-02-01"


def equation(label="eq-slope", page="task-3/", tex="a = b"):
    return Item(
        label, "equation", page, label, "3.1", "a = b", "Task 3", "", {"tex": tex}, "docs/a.md", 7,
        tex=tex,
    )  # fmt: skip


def figure(label="fig-slope", data="x\n1\n", caption="A line."):
    parts = {"data": data, "caption": caption}
    return Item(label, "figure", "task-3/", label, "3.1", "t", "Task 3", "", parts, "docs/a.md", 9)


def page(label="task-3", words="Hello"):
    parts = {"words": words, "formulas": "", "drawn": ""}
    return Item(label, "page", f"{label}/", "", "3", "Task 3", "Task 3", "", parts, "docs/a.md", 1)


def section(label="task-3#derivation", words="So"):
    home, _, name = label.partition("#")
    parts = {"words": words, "formulas": "a", "drawn": ""}
    return Item(label, "section", f"{home}/", name, "", "D", "T", "D", parts, "docs/a.md", 3)


def updated(old, items, published="", stated=None, date=LATER):
    return tags.update(tags.read(old), tags.read(published), items, date, stated)


def first(*items):
    """The text of a registry that was made for items, as if published."""
    done = updated("", items, date=DAY)
    assert done.faults == []
    return str(done.registry)


def faults(registry, items, published=None):
    known = Published("origin/main", tags.read(registry if published is None else published))
    return [str(fault) for fault in tags.check(tags.read(registry), known, items)]


def added(old, new):
    """The lines of `new` that `old` lacks; all lines of `old` must be there, first."""
    assert new.startswith(old)
    return new.removeprefix(old).splitlines()


# ------------------------------------------------------------------------------------- minting


def test_the_alphabet_has_no_look_alikes_and_spells_no_words():
    for pair in ("0O", "0D", "1I", "1L", "2Z", "5S", "8B", "UV"):
        assert not set(pair) <= set(tags.ALPHABET)
    assert not set("AEIOU") & set(tags.ALPHABET)
    assert "".join(sorted(set(tags.ALPHABET))) == tags.ALPHABET


def test_a_tag_depends_on_the_label_alone():
    assert tags.mint("eq-slope", ()) == "N6D2"  # for ever: published registries hold it


@given(st.sets(st.text(min_size=1, max_size=8), max_size=200))
def test_tags_are_four_characters_and_unique(labels):
    taken = []
    for label in labels:
        taken.append(tags.mint(label, taken))
    assert len(set(taken)) == len(labels)
    assert all(len(tag) == 4 and set(tag) <= set(tags.ALPHABET) for tag in taken)


def test_a_taken_tag_is_passed_over():
    tag = tags.mint("eq-slope", ())
    other = tags.mint("eq-slope", {tag})
    assert other != tag
    assert tags.mint("eq-slope", {tag, other}) not in {tag, other}


# ------------------------------------------------------------------------------ the registry file


def test_a_new_item_gets_a_tag_a_version_and_a_place():
    text = first(equation())
    assert text.startswith(HEADER)
    assert text.removeprefix(HEADER).splitlines() == [
        "N6D2 new equation eq-slope",
        "N6D2 v1 2026-11-23 223c4d200875 a = b",
        "N6D2 at 2026-11-23 task-3/#eq-slope",
    ]
    assert faults(text, [equation()]) == []


def test_the_registry_is_read_as_it_was_written():
    text = first(page(), section(), equation(), figure())
    assert str(tags.read(text)) == text


def test_nothing_to_do_adds_nothing_and_says_nothing():
    text = first(page(), section(), equation(), figure())
    done = updated(text, [page(), section(), equation(), figure()], text)
    assert (str(done.registry), done.said, done.faults) == (text, [], [])


def test_the_order_of_items_does_not_change_their_tags():
    items = [page(), section(), equation(), figure()]
    one, other = tags.read(first(*items)), tags.read(first(*items[::-1]))
    assert {r.label: r.tag for r in one.live.values()} == {
        r.label: r.tag for r in other.live.values()
    }


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "N6D2",
        "NPG1 new equation eq-a",
        "N6D2 new table tab-a",
        "N6D2 v 2026-11-23 abc",
        "N6D2 v1 today abc",
        "N6D2 gone 2026-11-23",
        "N6D2 new3 equation eq-a",
    ],
)
def test_a_line_that_cannot_be_read_is_located(line):
    (fault,) = faults(f"# a comment\n\n{line}\n", [])
    assert fault.startswith(f"{FILE}:3: this is no line of a registry: {line}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("N6D2 v3 2026-11-24 abcabc", "version 3 of N6D2 follows 1"),
        ("N6D2 why v2 because", "no version 2 of N6D2 before"),
        ("QQQQ v1 2026-11-24 abcabc", "the tag QQQQ was never given"),
    ],
)
def test_a_line_that_contradicts_those_before_it(line, said):
    text = first(equation()) + line + "\n"
    assert any(said in fault for fault in faults(text, [equation()]))


# ------------------------------------------------------------------------ what the issue asks for


def test_an_untagged_item_is_refused_with_the_command():
    assert faults("", [equation()]) == [
        "docs/a.md:7: the equation eq-slope has no tag yet: python -m hwlib tag"
    ]


def test_move_the_tag_follows_by_its_label():
    text, moved = first(equation()), equation(page="task-4/")
    (fault,) = faults(text, [moved])
    assert fault.startswith("docs/a.md:7: the equation eq-slope (N6D2) moved to task-4/#eq-slope")
    done = updated(text, [moved], text)
    assert added(text, str(done.registry)) == ["N6D2 at 2027-02-01 task-4/#eq-slope"]
    assert done.said == ["N6D2  moved: eq-slope is at task-4/#eq-slope"]
    assert faults(str(done.registry), [moved], text) == []


def test_rename_is_for_the_author_to_say():
    text, renamed = first(equation()), equation("eq-gradient")
    dangling = [fault for fault in faults(text, [renamed]) if FILE in fault]
    assert "the tag N6D2 names nothing: no equation eq-slope is in the site" in dangling[0]
    assert "python -m hwlib tag --rename eq-slope eq-gradient" in dangling[0]
    refused = updated(text, [renamed], text)
    assert len(refused.faults) == 1
    done = updated(text, [renamed], text, Stated(renamed=[("eq-slope", "eq-gradient")]))
    assert added(text, str(done.registry)) == [
        "N6D2 name 2027-02-01 eq-gradient",
        "N6D2 at 2027-02-01 task-3/#eq-gradient",
    ]
    assert faults(str(done.registry), [renamed], text) == []


def test_a_page_that_is_renamed_takes_its_sections_along():
    text = first(page(), section(), section("task-3#summary"))
    items = [page("task-9"), section("task-9#derivation"), section("task-9#summary")]
    done = updated(text, items, text, Stated(renamed=[("task-3", "task-9")]))
    assert done.faults == []
    assert sorted(tags.read(str(done.registry)).live) == [item.label for item in items]
    assert len(done.registry.records) == 3


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("eq-slopes", "eq-a"), "no tag has this label. Did you mean eq-slope?"),
        (("eq-slope", "eq-nowhere"), "no equation eq-nowhere is in the site"),
        (("eq-slope", "eq-other"), "eq-other has the tag"),
    ],
)
def test_a_rename_that_cannot_be(pair, said):
    items = [equation("eq-other"), equation("eq-a")]
    text = first(equation(), equation("eq-other"))
    done = updated(text, items, text, Stated(renamed=[pair]))
    assert any(said in str(fault) for fault in done.faults)


def test_change_needs_a_version():
    text, other = first(equation()), equation(tex="a = c")
    (fault,) = faults(text, [other])
    assert fault == (
        "docs/a.md:7: the equation eq-slope (N6D2): the formula changed since version 1; "
        "give it a version: python -m hwlib tag"
    )
    done = updated(text, [other], text, Stated(because="b was\nwrong"))
    assert added(text, str(done.registry)) == [
        "N6D2 v2 2027-02-01 d99e76cb3ff6 a = c",
        "N6D2 why v2 b was wrong",
    ]
    assert done.said == ["N6D2  v2: eq-slope, the formula changed"]
    assert done.registry.live["eq-slope"].version.why == "b was wrong"
    assert faults(str(done.registry), [other], text) == []


def test_a_figure_says_which_part_of_it_changed():
    text = first(figure())
    assert "the data changed" in faults(text, [figure(data="x\n2\n")])[0]
    assert "the caption changed" in faults(text, [figure(caption="A curve.")])[0]
    assert (
        "the data and the caption changed" in faults(text, [figure("fig-slope", "x\n2\n", "B")])[0]
    )


def test_what_is_not_said_may_change():
    other = replace(figure(), number="3.9", title="u", drawing="<svg/>", description="d")
    assert faults(first(figure()), [other]) == []


def test_a_published_state_has_one_version_however_often_one_writes():
    published = first(equation())
    draft = updated(published, [equation(tex="a = c")], published)
    again = updated(str(draft.registry), [equation(tex="a = d")], published, date="2027-03-01")
    (line,) = added(published, str(again.registry))
    assert line.startswith("N6D2 v2 2027-03-01 ")
    assert line.endswith(" a = d")
    back = updated(str(again.registry), [equation()], published)
    assert str(back.registry) == published


def test_a_first_version_that_is_not_published_yet_follows_its_item():
    draft = updated(first(equation()), [equation(tex="a = c")])
    assert [len(record.versions) for record in draft.registry.records.values()] == [1]
    assert draft.said == ["N6D2  v1, not published yet: eq-slope as it reads now"]


def test_moving_there_and_back_before_publishing_leaves_no_trace():
    published = first(equation())
    draft = updated(published, [equation(page="task-4/")], published)
    back = updated(str(draft.registry), [equation()], published)
    assert str(back.registry) == published


def test_delete_needs_a_reason():
    text = first(equation(), figure())
    (fault,) = faults(text, [figure()])
    row = text.splitlines().index("N6D2 new equation eq-slope") + 1
    assert fault.startswith(f"{FILE}:{row}: the tag N6D2 names nothing")
    assert 'python -m hwlib tag --withdraw eq-slope "why"' in fault
    assert updated(text, [figure()], text).faults != []
    done = updated(text, [figure()], text, Stated(withdrawn=[("eq-slope", "told in Task 4 now")]))
    assert added(text, str(done.registry)) == ["N6D2 gone 2027-02-01 told in Task 4 now"]
    assert faults(str(done.registry), [figure()], text) == []


def test_what_is_still_there_cannot_be_withdrawn():
    text = first(equation())
    done = updated(text, [equation()], text, Stated(withdrawn=[("eq-slope", "no")]))
    assert str(done.faults[0]).startswith("docs/a.md:7: eq-slope is still on its page")


def test_a_page_that_is_withdrawn_takes_its_sections_along():
    text = first(page(), section(), equation())
    done = updated(text, [equation()], text, Stated(withdrawn=[("task-3", "merged")]))
    assert done.faults == []
    assert [record.label for record in done.registry.live.values()] == ["eq-slope"]


def test_a_label_that_comes_back_gets_a_tag_of_its_own():
    text = first(equation()) + "N6D2 gone 2027-01-01 no\n"
    done = updated(text, [equation()], text)
    assert len(done.registry.records) == 2
    assert done.registry.live["eq-slope"].tag != "N6D2"
    assert faults(str(done.registry), [equation()], text) == []


def test_what_was_never_published_is_forgotten():
    draft = first(equation(), figure())
    done = updated(draft, [figure()], "")
    assert done.said == ["N6D2  forgotten: eq-slope was never published"]
    assert "N6D2" not in str(done.registry)


def test_a_tag_that_is_copied_is_refused_at_its_line():
    text = first(equation()) + "N6D2 new figure fig-slope\n"
    (fault,) = faults(text, [equation(), figure()], first(equation()))
    row = len(text.splitlines())
    assert fault.startswith(f"{FILE}:{row}: the tag N6D2 is given twice: to eq-slope")
    assert fault.endswith("then: python -m hwlib tag")
    assert updated(text, [equation(), figure()]).faults != []


def test_a_label_with_two_tags_is_refused():
    text = first(equation()) + "QQQQ new equation eq-slope\n"
    assert any("eq-slope has two tags: N6D2" in fault for fault in faults(text, [equation()]))


# --------------------------------------------------------------------- the last published registry


def test_a_published_line_that_vanished():
    published = first(equation(), figure())
    text = "".join(line + "\n" for line in published.splitlines() if "N6D2" not in line)
    found = faults(text, [figure()], published)
    assert len(found) == 3
    assert "a line that was published with origin/main is gone: N6D2 new equation" in found[1]
    assert f"git checkout origin/main -- {FILE} && python -m hwlib tag" in found[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("eq-slope\n", "eq-other\n"), ("2026-11-23 223c4d200875", "2026-11-23 223c4d200870")],
)
def test_a_published_line_that_changed_its_meaning(old, new):
    published = first(equation())
    found = faults(published.replace(old, new, 1), [equation()], published)
    assert any("reads otherwise" in fault for fault in found)


def test_published_lines_in_another_order():
    published = (
        first(equation()) + "N6D2 at 2027-01-01 a/#eq-slope\nN6D2 at 2027-01-02 b/#eq-slope\n"
    )
    lines = published.splitlines()
    swapped = "\n".join([*lines[:-2], lines[-1], lines[-2]])
    assert any("stands elsewhere" in fault for fault in faults(swapped, [], published))


def test_two_branches_that_grew_are_joined_in_any_order():
    base = first(equation())
    one = added(base, str(updated(base, [equation(), figure()], base).registry))
    other = added(base, str(updated(base, [equation(), page()], base).registry))
    joined = base + "\n".join([*other, *one]) + "\n"
    for published in (base, base + "\n".join(one), base + "\n".join(other)):
        assert faults(joined, [page(), equation(), figure()], published) == []


@pytest.mark.parametrize("pushed_first", ["nobody", "one", "other"])
def test_two_branches_that_changed_one_item_and_added_one_are_settled(pushed_first):
    base = first(equation())
    texts = {
        name: str(updated(base, [equation(tex=tex), figure()], base).registry)
        for name, tex in (("one", "a = c"), ("other", "a = d"))
    }
    published = texts.get(pushed_first, base)
    joined = base + "\n".join([*added(base, texts["other"]), *added(base, texts["one"])]) + "\n"
    items = [equation(tex="a = e"), figure()]
    assert any("follows 2" in fault for fault in faults(joined, items, published))
    settled = tags.settled(tags.read(joined), tags.read(published))
    done = updated(str(settled), items, published)
    versions = [version.text for version in done.registry.live["eq-slope"].versions]
    assert (
        versions
        == {
            "nobody": ["a = b", "a = e"],
            "one": ["a = b", "a = c", "a = e"],
            "other": ["a = b", "a = d", "a = e"],
        }[pushed_first]
    )
    assert faults(str(done.registry), items, published) == []


def test_what_is_whole_is_not_settled():
    registry = tags.read(first(equation(), figure()))
    assert tags.settled(registry, tags.read("")) is registry


def repository(folder):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    return git


def test_the_last_published_registry_is_that_of_the_published_branch(tmp_path, monkeypatch):
    assert tags.last_published(tmp_path) == Published("", tags.read(""))
    git = repository(tmp_path)
    assert tags.last_published(tmp_path).ref == ""
    file = tmp_path / FILE
    file.parent.mkdir()
    for text in (first(equation()), first(equation(), figure())):
        file.write_text(text, "utf-8")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "a"], check=True)
    found = tags.last_published(tmp_path)
    assert (found.ref, str(found.registry)) == ("HEAD", first(equation(), figure()))
    subprocess.run([*git, "update-ref", "refs/remotes/origin/main", "HEAD~1"], check=True)
    found = tags.last_published(tmp_path)
    assert (found.ref, str(found.registry)) == ("origin/main", first(equation()))
    monkeypatch.setenv("HWLIB_PUBLISHED", "HEAD")
    assert tags.last_published(tmp_path).ref == "HEAD"
    assert tags.last_published(tmp_path, "HEAD~1").ref == "HEAD~1"
    with pytest.raises(ValueError, match="git knows no commit nowhere"):
        tags.last_published(tmp_path, "nowhere")


# -------------------------------------------------------------------------------- fingerprints


def test_fingerprints_differ_where_items_do():
    items = [equation(), equation(tex="b"), figure(), figure(data="y"), page(), page(words="no")]
    for one, other in combinations(items, 2):
        assert tags.fingerprint(one) != tags.fingerprint(other)


def test_a_part_without_content_is_a_dash():
    assert tags.fingerprint(page()).endswith(".-.-")
