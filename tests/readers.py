"""Readers of citations that share no code with what writes them: Pandoc, and Citoid's of heads."""

import json
import re
import subprocess
from pathlib import Path

import pypandoc

from hwlib.mathjax.node import find_node

ROOT = Path(__file__).parents[1]
STYLES = ROOT / "hwlib" / "cite" / "styles"

_READ = """
const { load } = require("cheerio");
const { parseAll } = require("html-metadata");
let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const heads = JSON.parse(text).map((html) => parseAll(load(html)));
  console.log(JSON.stringify(await Promise.all(heads)));
});
"""


def pandoc(text, form):
    """Read a bibliography with Pandoc: each entry as an item of CSL, by its key."""
    items = json.loads(pypandoc.convert_text(text, "csljson", format=form))
    return {item["id"]: item for item in items}


def said_by_pandoc(csl_json, style):
    """Let Pandoc write the references of a file: plain text, in the order of the bibliography."""
    options = ["--citeproc", f"--csl={STYLES / style}.csl", "--wrap=none"]
    text = pypandoc.convert_text(csl_json, "plain", format="csljson", extra_args=options)
    return text.strip().split("\n\n")


def heads(pages):
    """Read what pages say of themselves, by vocabulary, as Wikipedia's maker of citations does."""
    done = subprocess.run(
        [find_node(), "-e", _READ],
        input=json.dumps(pages),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def read_out(value):
    """Return a field of Pandoc's without the TeX that it keeps in it."""
    return re.sub(r"\$+", "", value.replace(r"\cdot", "·").replace(r"\sigma", "σ")).replace(
        "'", "′"
    )
