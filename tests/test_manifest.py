"""The list of files, the digest, the dates: by hand, with coreutils, and in a repository."""

import gzip
import hashlib
import os
import re
import subprocess

import pytest
from tinysite import ROOT

from hwlib import publish
from hwlib.publish import History, manifest
from hwlib.publish.manifest import BadListError, blanked, digest_of, listing, read_list

ZEROS = "0" * 64
PAGE = (
    '<!doctype html><html><head><link rel="canonical" href="https://example.org/notes/{address}">'
    '</head><body><span class="hw-built"></span></body></html>'
)
PAST = History("c" * 40, False, 86400, {"index.md": 0}, "the last commit")


@pytest.fixture
def made(tmp_path):
    """A site of three pages and a file, with its sources."""
    docs, site = tmp_path / "docs", tmp_path / "site"
    (site / "built").mkdir(parents=True)
    docs.mkdir()
    for name in ("index.md", "built.md"):
        (docs / name).write_text("# Page\n")
    for path, address in {"index": "", "built/index": "built/", "404": "404.html"}.items():
        (site / f"{path}.html").write_text(PAGE.format(address=address))
    (site / "data.bin").write_bytes(b"\xff\x00\r\n no end of line")
    return docs, site


def text(site, path="index.html"):
    return (site / path).read_text()


def links(site, path):
    return re.findall('href="([^"]+)"', text(site, path))[1:]


# ------------------------------------------------------------------------------------ the digest


def test_the_digest_of_one_file_by_hand():
    inner = hashlib.sha256(b"a").hexdigest()
    assert digest_of({"x": b"a"}) == hashlib.sha256(f"{inner}  x\n".encode()).hexdigest()


def test_what_shows_the_digest_is_blanked_and_nothing_else():
    field = '<code class="hw-digest">{}</code>'
    other = f"<code>{'a' * 64}</code>"
    data = (field.format("b" * 64) + other).encode()
    assert blanked(data) == (field.format(ZEROS) + other).encode()


def test_every_page_shows_the_digest_and_the_digest_is_that_of_the_files(made):
    docs, site = made
    digest = publish.write_manifest(site, docs, PAST)
    for page in ("index.html", "built/index.html", "404.html"):
        assert f'<code class="hw-digest">{digest}</code>' in text(site, page)
        assert "c" * 40 in text(site, page)
    files = {name: blanked((site / name).read_bytes()) for name in manifest.names_in(site)}
    assert digest_of(files) == digest
    assert ZEROS not in text(site)


def test_the_digest_changes_with_any_file(made):
    docs, site = made
    (site / "data.bin").write_bytes(b"other")
    with_other = publish.write_manifest(site, docs, PAST)
    (site / "data.bin").rename(site / "date.bin")
    assert len({with_other, publish.write_manifest(site, docs, PAST)}) == 2


def test_the_page_that_explains_is_linked_from_any_depth(made):
    docs, site = made
    publish.write_manifest(site, docs, PAST)
    assert links(site, "index.html") == [f"built/{manifest.FRAGMENT}"]
    assert links(site, "built/index.html") == [f"../built/{manifest.FRAGMENT}"]
    assert links(site, "404.html") == [f"/notes/built/{manifest.FRAGMENT}"]


def test_a_site_without_that_page_links_nothing(made):
    docs, site = made
    (site / "built" / "index.html").unlink()
    publish.write_manifest(site, docs, PAST)
    assert links(site, "index.html") == []


def test_what_a_page_says_of_itself(made):
    docs, site = made
    publish.write_manifest(site, docs, PAST)
    assert "this page last changed on 1970-01-01" in text(site)
    assert "this page last changed on 1970-01-02" in text(site, "built/index.html")
    assert "last changed" not in text(site, "404.html")
    assert "with changes" not in text(site)


def test_sources_that_differ_from_the_commit_and_sources_outside_git(made):
    docs, site = made
    blank = text(site)
    publish.write_manifest(site, docs, History("c" * 40, True, 0, {}, ""))
    assert "</code>, with changes, digest" in text(site)
    (site / "index.html").write_text(blank)
    publish.write_manifest(site, docs, History("", False, 0, {}, ""))
    assert "commit none, digest" in text(site)


# -------------------------------------------------------------------------------------- the list


def test_sha256sum_reads_the_list_and_notices_a_change(made):
    docs, site = made
    publish.write_manifest(site, docs, PAST)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=site, check=False).returncode == 0
    (site / "data.bin").write_bytes(b"other")
    done = subprocess.run(check, cwd=site, check=False, capture_output=True)
    assert done.returncode == 1


def test_the_shell_commands_on_the_page_give_the_digest(made):
    docs, site = made
    digest = publish.write_manifest(site, docs, PAST)
    page = (ROOT / "docs" / "built.md").read_text("utf-8")
    (script,) = re.findall(r"```sh\n(zeros=.*?)```", page, re.DOTALL)
    done = subprocess.run(["sh", "-c", script], cwd=site, check=True, capture_output=True)
    assert done.stdout.decode().split()[0] == digest
    assert f"## {manifest.FRAGMENT.strip('#').replace('-', ' ').capitalize()}\n" in page


def test_a_list_is_read_as_it_is_written():
    sums = {"b/c": "1" * 64, "b c": "2" * 64, "ü": "3" * 64}
    assert read_list(listing(sums)) == sums
    assert [line[66:] for line in listing(sums).splitlines()] == ["b c", "b/c", "ü"]


@pytest.mark.parametrize(
    ("line", "why"),
    [("nonsense", "64 hex digits"), ("a" * 64 + "  ../x", "outside"), ("a" * 64 + "  /x", "outs")],
)
def test_a_list_that_is_none_is_refused(line, why):
    with pytest.raises(BadListError, match=why):
        read_list(f"{'b' * 64}  good\n{line}\n")


# ------------------------------------------------------------------------------------- the dates


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository in which b.md is a day younger than a.md; and its `git`."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]

    def git(*words, day=0):
        moment = {"GIT_COMMITTER_DATE": f"@{day * 86400} +0000"}
        command = ["git", "-C", str(tmp_path), *identity, *words]
        return subprocess.run(
            command, check=True, env={**os.environ, **moment}, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    (tmp_path / "docs").mkdir()
    for day, name in enumerate(["a.md", "b.md", "ü.md"], 1):
        (tmp_path / "docs" / name).write_text("# Page\n")
        git("add", ".")
        git("commit", "-q", "-m", name, day=day)
    return tmp_path, git


def test_a_page_has_the_date_of_the_last_commit_that_touched_it(repository):
    folder, git = repository
    found = publish.history(folder)
    assert found.pages == {"a.md": 86400, "b.md": 2 * 86400, "ü.md": 3 * 86400}
    assert (found.latest, found.date("new.md")) == (3 * 86400, 3 * 86400)
    assert (found.commit, found.changed) == (git("rev-parse", "HEAD"), False)
    assert found.dated == "the last commit"


def test_changes_that_are_not_committed_are_told(repository):
    folder, _ = repository
    (folder / "unrelated").touch()
    assert not publish.history(folder).changed
    (folder / "docs" / "new.md").touch()
    assert publish.history(folder).changed


def test_the_callers_date_is_the_date_of_all(repository, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    found = publish.history(repository[0])
    assert (found.date("a.md"), found.latest, found.dated) == (5, 5, "SOURCE_DATE_EPOCH")


def test_outside_git_the_date_is_fixed_and_told(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    found = publish.history(tmp_path)
    assert (found.commit, found.latest) == ("", 315532800)
    assert found.dated == "none (no git history here)"


def test_a_history_that_is_cut_off_is_told(repository, tmp_path_factory):
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    source = f"file://{repository[0]}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", source, clone], check=True)
    assert "cut off" in publish.history(clone).dated


def test_the_sitemap_is_dated_page_by_page_whoever_wrote_it(made):
    docs, site = made
    entry = "<url><loc>https://example.org/notes/{}</loc>{}</url>"
    old = "\n <lastmod>2030-01-01</lastmod>"
    sitemap = entry.format("", old) + entry.format("built/", "")
    (site / "sitemap.xml").write_text(sitemap)
    publish.date_sitemap(site, docs, PAST)
    assert re.findall("<lastmod>(.*?)</lastmod>", text(site, "sitemap.xml")) == [
        "1970-01-01",
        "1970-01-02",
    ]
    packed = (site / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed) == (site / "sitemap.xml").read_bytes()
    assert int.from_bytes(packed[4:8], "little") == 86400


def test_no_sitemap_no_work(made):
    docs, site = made
    publish.date_sitemap(site, docs, PAST)
    assert not (site / "sitemap.xml.gz").exists()
