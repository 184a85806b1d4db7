"""The words and signs of TeX that are known: what each is, and nothing of how it is read."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for tables of names."""
    return frozenset(text.split())


def _named(text: str) -> list[str]:
    return ["\\" + word for word in text.split()]


SILENT = word_set(
    r"""\, \; \! \: \> \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits
    \nolimits \nonumber \notag \mathstrut \strut \null \allowbreak \nobreak \hline
    \noindent \centering \small \normalsize \large \qedhere \medspace \thinspace \thickspace
    \negthinspace \relax \mathord \mathbin \mathrel \mathopen \mathclose \mathpunct \mathinner
    \checkmark \blacksquare \qed
    \allowdisplaybreaks \par \ensuremath \smash \cancel \bcancel \xcancel"""
) | {"\\ ", "\\\n", "\\\t"}

# Commands that vanish together with their argument (\color{red}, \label{eq-x}, \hspace{1em}).
SILENT_WITH_ARGUMENT = word_set(
    r"""\label \tag \tag* \color \vspace \vspace* \phantom \hphantom \vphantom
    \kern \mkern \mskip \leftroot \uproot \require \class \eqlabel"""
)
TEXT = word_set(
    r"""\text \textrm \textnormal \mbox \hbox \textit \textbf \textup \intertext
    \shortintertext"""
)
WORD = word_set(r"\operatorname \operatorname* \mathrm \textsf \texttt \mathit")
# Fonts of text around a single letter, or around another font: the letter in the maths font.
TEXT_FONTS = {
    "\\textbf": "\\mathbf",
    "\\textsf": "\\mathsf",
    "\\texttt": "\\mathtt",
    "\\textit": "\\mathnormal",
    "\\mathit": "\\mathnormal",
}
SIZES = frozenset(
    f"\\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)
SEPARATORS = frozenset({"\\quad", "\\qquad", "\\enspace", "\\hskip", "\\hfill"})
OPEN_NAMES = {"\\lvert": "|", "\\lVert": "\\|"}
CLOSE_NAMES = {"\\rvert": "|", "\\rVert": "\\|"}
SYNONYMS = {
    "\\lbrace": "\\{",
    "\\rbrace": "\\}",
    "\\lbrack": "[",
    "\\rbrack": "]",
    "\\lparen": "(",
    "\\rparen": ")",
    "\\vert": "|",
    "\\Vert": "\\|",
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
    "\\cfrac": "\\frac",
    "\\dbinom": "\\binom",
    "\\tbinom": "\\binom",
    "\\ldots": "\\dots",
    "\\cdots": "\\dots",
    "\\dotsc": "\\dots",
    "\\dotsb": "\\dots",
    "\\dotsm": "\\dots",
    "\\hdots": "\\dots",
    "\\vdots": "\\dots",
    "\\ddots": "\\dots",
    "\\bullet": "\\cdot",
    "\\rightarrow": "\\to",
    "\\longrightarrow": "\\to",
    "\\gets": "\\leftarrow",
    "\\longleftarrow": "\\leftarrow",
    "\\longmapsto": "\\mapsto",
    "\\ast": "*",
    "\\prime": "'",
    "\\Arrowvert": "\\|",
    "\\lt": "<",
    "\\gt": ">",
    "\\colon": ":",
}
RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    "\\ne": "!=",
    "\\neq": "!=",
    "\\le": "<=",
    "\\leq": "<=",
    "\\leqslant": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
    "\\geqslant": ">=",
    "\\approx": "~=",
    "\\approxeq": "~=",
    "\\simeq": "~=",
    "\\coloneqq": ":=",
    "\\coloneq": ":=",
    "\\triangleq": ":=",
    "\\equiv": "==",
}
BEFORE_EQUALS = (":", "<", ">")
# Functions that TeX has a command for: an upright word of the same letters is the same function.
FUNCTIONS = word_set(
    """sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan ln log lg exp det max min
    sup inf gcd dim ker"""
)
# Arrows that say that one statement follows from another.
ARROWS = {
    "\\iff": "<=>",
    "\\Leftrightarrow": "<=>",
    "\\Longleftrightarrow": "<=>",
    "\\implies": "=>",
    "\\Rightarrow": "=>",
    "\\Longrightarrow": "=>",
}
# Words that begin a problem, with or without what they vary below them.
GOALS = word_set("minimize maximize minimise maximise")
ABOVE_AND_BELOW = frozenset({"\\sum", "\\prod", "\\lim", "\\max", "\\min", "\\sup", "\\inf"})
CONDITION = word_set(
    "if for when where whenever with given let assuming provided on all every any each s.t"
)
CONNECTIVE = word_set(
    """so hence thus therefore because since by using from as is are then also but note which
    that we it this gives get obtain have only else otherwise again finally similarly
    likewise i.e e.g respectively resp see in of the a an to at be not"""
)
LEADING = (CONDITION | CONNECTIVE | {"and", "or"}) - {"the", "a", "an"}
SENTENCE = word_set("if for otherwise else where and or then when with")
# Characters that MathJax typesets as these commands.
UNICODE = {
    **dict(
        zip(
            "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
            _named(
                """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho
                sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi
                Omega"""
            ),
            strict=True,
        )
    ),
    **dict(
        zip(
            "∂∇∞≤≥≠≈·×∈ℓ",
            _named("partial nabla infty le ge ne approx cdot times in ell"),
            strict=True,
        )
    ),
    "−": "-",
}

# Names whose bracket holds an event or a random quantity, unless a definition makes them functions.
OF_EVENTS = frozenset({"P", "Pr", "E", "Var", "Cov"})
