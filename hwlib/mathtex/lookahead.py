"""Questions about the tokens ahead that several readers ask; nothing is consumed here."""

from __future__ import annotations

from hwlib.mathtex.ast import AmbiguousError
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import word_set

GREEK = frozenset(
    "\\" + letter
    for letter in word_set(
        """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu
    nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma
    Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath wp square"""
    )
)
FONTS = {
    "\\mathbf": "bf",
    "\\boldsymbol": "bf",
    "\\bm": "bf",
    "\\pmb": "bf",
    "\\vec": "bf",
    "\\bf": "bf",
    "\\mathcal": "cal",
    "\\mathscr": "cal",
    "\\cal": "cal",
    "\\mathbb": "bb",
    "\\mathfrak": "frak",
    "\\mathsf": "sf",
    "\\mathtt": "tt",
    "\\mathrm": "rm",
    "\\rm": "rm",
    "\\mathnormal": "",
    "\\it": "",
}
ACCENTS = frozenset(
    "\\" + accent
    for accent in word_set(
        """hat widehat tilde widetilde bar overline dot ddot check acute breve mathring underline
        overrightarrow overleftarrow"""
    )
)
PRODUCTS = frozenset({"\\cdot", "\\times", "*", "\\odot", "\\otimes"})
# Commands that stand between two things, or end one; none of them begins a factor.
_BETWEEN = PRODUCTS | word_set(
    r"""\mid \to \in \notin \ni \land \lor \wedge \vee \cap \cup \setminus \subset \subseteq
    \supset \sim \propto \ll \gg \iff \Leftrightarrow \Longleftrightarrow \Rightarrow
    \Longrightarrow \implies \impliedby \Leftarrow \leftarrow \gets \mapsto
    \leftrightarrow \over \choose \pm \mp \div \circ \oplus \} \rfloor \rceil \rangle
    \star \cong \downarrow \uparrow \searrow \nearrow \forall \exists \bmod \pmod \mod
    \therefore \because \perp \parallel"""
)
_OPENING_CHARS = frozenset("([{")
_BARS = ("|", "\\|")


def is_name(token: Token) -> bool:
    """Whether the token begins a name: a letter, a Greek one, a font, an accent, a word."""
    if token.kind == "command":
        return token.text in GREEK or token.text in FONTS or token.text in ACCENTS
    return token.kind in ("letter", "word")


def starts_differential(cursor: Cursor, ahead: int = 0) -> bool:
    """Whether `d x`, with any name for x, stands here."""
    first = cursor.peek(ahead)
    if first.text != "d" or first.kind not in ("letter", "word") or cursor.letter_d:
        return False
    second = cursor.peek(ahead + 1)
    return is_name(second) and second.text != "d"


def closes_bar(cursor: Cursor) -> bool:
    """Whether the bar here closes the innermost open one."""
    token = cursor.peek()
    return bool(cursor.bars) and (token.kind == "big", token.text) == cursor.bars[-1]


def _is_doubled(cursor: Cursor, at: int) -> bool:
    first, second = cursor.tokens[at : at + 2] if at + 1 < cursor.end else (None, None)
    if first is None or second is None or first[:2] != ("char", "|"):
        return False
    return first[:2] == second[:2] and first.end == second.start


def closing_bars(cursor: Cursor, at: int) -> tuple[int, int] | None:
    """Where the bars that open at `at`, `|x|` or `||x||`, are closed, and how many they are.

    None where none closes them, or only one does: `||x| - |y||`.
    """
    width = 1 + _is_doubled(cursor, at)
    bar = cursor.tokens[at][:2]
    places = cursor.level(at + width, cursor.end)
    end = next((place for place in places if cursor.tokens[place][:2] == bar), None)
    if end is None or (width == 2 and not _is_doubled(cursor, end)):
        return None
    return end, width


def starts_evaluation(cursor: Cursor) -> bool:
    """Whether a bar with a subscript, an evaluation at a point, stands here."""
    token = cursor.peek()
    if token[:2] == ("command", "\\mid"):
        return cursor.sees("_", 1)
    if token.text != "|" or token.kind not in ("char", "big") or closes_bar(cursor):
        return False
    return cursor.sees("_", 1) or cursor.sees("^", 1)


def starts_factor(cursor: Cursor) -> bool:
    """Whether what stands here would be multiplied by what stands before it."""
    token = cursor.peek()
    if token.kind in ("number", "letter", "word", "open", "begin", "text"):
        return True
    if token.text in _BARS and token.kind in ("char", "command", "big"):
        return not closes_bar(cursor) and not starts_evaluation(cursor)
    if token.kind == "char":
        return token.text in _OPENING_CHARS
    return token.kind == "command" and token.text not in _BETWEEN


def forbid_factor(cursor: Cursor, message: str, hint: str) -> None:
    """Refuse a factor that stands where it could belong to either side."""
    if starts_factor(cursor):
        raise AmbiguousError(message, cursor.peek().start, hint)
