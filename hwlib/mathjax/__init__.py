"""TeX to SVG and MathML: a Node process that runs MathJax, and a cache in front of it."""

from hwlib.mathjax.node import MathJaxError
from hwlib.mathjax.typeset import (
    Invalid,
    Tex,
    Typeset,
    Typesetter,
    made_by,
    plain_texts,
    rest,
    typeset,
)

__all__ = [
    "Invalid", "MathJaxError", "Tex", "Typeset", "Typesetter", "made_by", "plain_texts",
    "rest", "typeset",
]  # fmt: skip
