r"""Names: letters, Greek, fonts, accents, words; their scripts; a bracket after them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hwlib.mathtex.ast import (
    AmbiguousError,
    Application,
    Call,
    Differential,
    Expr,
    Indicator,
    Marked,
    Opaque,
    Power,
    Prime,
    Span,
    Subscript,
    Symbol,
    TexError,
    Transpose,
    Tuple,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.differentials import stray
from hwlib.mathtex.lookahead import (
    ACCENTS,
    FONTS,
    closing_bars,
    is_name,
    starts_differential,
    starts_factor,
)
from hwlib.mathtex.scripts import Scripts, hang, indices, raised, read_scripts, split_commas
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import word_set

# Functions that people type as letters; TeX sets those as a product.
_TYPED = word_set(
    "ln log sin cos tan exp max min lim sinh cosh tanh sqrt det arg sup argmax argmin"
)
_CALLED = word_set("ln log sin cos tan exp")
_NAMED = _TYPED - {"max", "min", "arg", "sup", "argmax", "argmin"}
_EXPECTATIONS = frozenset(
    {"E", "Var", "Cov", "Pr", "Corr", "KL", "median", "var", "cov", "corr", "std", "Std"}
)
_LIKELY = frozenset({"P", "p", "q", "Q", "E", "H", "D", "I"})  # a bar inside these is "given"
_PAIRED = word_set(r"\mathbb \overline \overrightarrow \vec")
_RELATIONAL = word_set(r"\mid \in \notin \ni \sim \cap \cup \to")


def name(cursor: Cursor) -> Expr:
    """A name with its scripts and, if one follows, the bracket that it is applied to."""
    start = cursor.at
    base = symbol(cursor)
    scripts = read_scripts(cursor)
    if not scripts:
        return applied(cursor, base, start)
    if scripts.below is not None and _is_drawn(cursor, base, *scripts.below):
        return _drawn(cursor, base, scripts, start)
    indicator = _subscript_indicator(cursor, base, scripts, start)
    return indicator or applied(cursor, hang(cursor, base, scripts, start), start)


def symbol(cursor: Cursor) -> Expr:
    """A name without scripts."""
    start = cursor.at
    token = cursor.peek()
    if starts_differential(cursor):
        return _differential(cursor)
    if token.kind == "letter":
        _refuse_typed_function(cursor)
    cursor.take()
    if token.text in FONTS and token.kind == "command":
        return _styled(cursor, FONTS[token.text], start)
    if token.text in ACCENTS and token.kind == "command":
        return _accented(cursor, token.text[1:], start)
    if token.kind in ("word", "text"):
        return _word(token, cursor)
    if token.text == "\\Delta" and is_name(cursor.peek()):
        with cursor.deeper():
            return _accented(cursor, "Delta", start)
    return Symbol(token.text, span=cursor.span(start))


def _differential(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    first = cursor.at
    variable = hang(cursor, symbol(cursor), read_scripts(cursor), first)
    found = Differential(variable, span=cursor.span(start))
    if not isinstance(variable, (Symbol, Subscript, Marked)):
        raise stray(found)
    cursor.differentials.append(found)
    return found


def _word(token: Token, cursor: Cursor) -> Expr:
    if token.text == "e":
        return Symbol("e", span=cursor.span(cursor.at - 1))
    accents = (token.font,) if token.font else ()
    return Symbol(token.text.strip(), "rm", accents, span=cursor.span(cursor.at - 1))


def _refuse_typed_function(cursor: Cursor) -> None:
    at = cursor.at
    tokens = cursor.tokens
    if at and _touches(tokens[at - 1], tokens[at]):
        return
    stop = at + 1
    while stop < cursor.end and _touches(tokens[stop - 1], tokens[stop]):
        stop += 1
    run = "".join(token.text for token in tokens[at:stop])
    called = stop < len(tokens) and tokens[stop].text in ("(", "\\{")
    if run in _TYPED or (called and run.endswith(tuple(_CALLED))):
        word = run if run in _TYPED else next(f for f in _CALLED if run.endswith(f))
        raise TexError(
            f"{word!r} in plain letters is a product", tokens[at].start, f"write \\{word}"
        )
    if len(run) > 3 or (len(run) == 3 and called):
        raise TexError(
            f"{run!r} in plain letters is a product of {len(run)} names",
            tokens[at].start,
            f"write \\text{{{run}}} for one name, \\operatorname{{{run}}} for a function, spaces "
            "between several",
        )


def _touches(left: Token, right: Token) -> bool:
    return left.kind == right.kind == "letter" and left.end == right.start


# --- fonts and accents ---------------------------------------------------------------------------


def _argument(cursor: Cursor) -> Expr:
    if cursor.done:
        raise cursor.unexpected("a letter")
    if cursor.sees("{"):
        pair = _pair(cursor)
        return pair or cursor.inside(_content)
    token = cursor.peek()
    if token.text == "d" and token.kind in ("letter", "word"):  # \boldsymbol d x is no differential
        cursor.take()
        return Symbol("d", span=cursor.span(cursor.at - 1))
    if token.kind in ("number", "text"):
        return _content(cursor)
    if not is_name(token):
        raise cursor.unexpected("a letter")
    with cursor.deeper():
        return symbol(cursor)


def _pair(cursor: Cursor) -> Symbol | None:
    r"""The one name of `\overline{PQ}`, from point to point, or `\mathbb{KL}`; steps past it."""
    start, close = cursor.at, cursor.close()
    if close != start + 3 or cursor.tokens[start - 1].text not in _PAIRED:
        return None
    inside = cursor.tokens[start + 1 : close]
    if any(token.kind != "letter" or not token.text.isupper() for token in inside):
        return None
    cursor.at = close + 1
    return Symbol("".join(token.text for token in inside), span=cursor.span(start))


def _content(cursor: Cursor) -> Expr:
    token = cursor.peek()
    if token.kind == "number":
        cursor.take()
        return Symbol(token.text, span=cursor.span(cursor.at - 1))
    start = cursor.at
    if not is_name(token) and not (token.kind == "text" and token.text.isalpha()):
        raise cursor.unexpected("a letter")
    base = symbol(cursor)
    whole = hang(cursor, base, read_scripts(cursor), start)
    if not cursor.done:
        raise TexError(
            "more than one letter under one accent or in one font",
            cursor.peek().start,
            "write each letter with its own, or \\operatorname{…} for a word",
        )
    return whole


def _styled(cursor: Cursor, font: str, start: int) -> Expr:
    argument = _argument(cursor)
    return _on_base(argument, lambda base: _in_font(base, font, cursor.span(start)))


def _in_font(base: Symbol, font: str, span: Span) -> Symbol:
    r"""A letter in one more font: `\textsf{\textbf{K}}` is neither `\mathbf{K}` nor `\mathsf{K}`.

    Bold stays the font, because it says what the letter is; the other becomes a mark of the name.
    """
    if base.font in ("", "rm", font):
        return replace(base, font=font, span=span)
    main, other = (font, base.font) if font == "bf" else (base.font, font or "it")
    return replace(base, font=main, accents=(*base.accents, f"math{other}"), span=span)


def _accented(cursor: Cursor, accent: str, start: int) -> Expr:
    short = {"widehat": "hat", "widetilde": "tilde", "overline": "bar"}.get(accent, accent)
    argument = _argument(cursor)
    return _on_base(
        argument,
        lambda base: replace(base, accents=(*base.accents, short), span=cursor.span(start)),
    )


def _on_base(expr: Expr, change: Callable[[Symbol], Symbol]) -> Expr:
    """The same name with its innermost symbol changed."""
    if isinstance(expr, Symbol):
        return change(expr)
    if isinstance(expr, (Subscript, Marked, Prime)):
        return replace(expr, base=_on_base(expr.base, change))
    raise TexError("only a name can have a font or an accent", expr.span.start)


# --- a bracket after a name ----------------------------------------------------------------------


def applied(cursor: Cursor, head: Expr, start: int) -> Expr:
    """A name and what the bracket after it makes of it."""
    plain = head_symbol(head)
    if plain is None:
        return head
    if plain.name in ("1", "I") and (special := _indicator(cursor, head, start)) is not None:
        return special
    if _takes_any_bracket(plain) and cursor.opens("(", "[", "\\{"):
        return _opaque(cursor, head, start)
    if not cursor.opens("("):
        return _unapplied(cursor, plain, head)
    if isinstance(head, Transpose) or plain.name == "e":
        return head
    if plain.name == "\\pi" and not _is_policy(cursor):
        return head
    return _application(cursor, head, plain, start)


def _is_policy(cursor: Cursor) -> bool:
    r"""Whether `\pi(a \mid s)` stands here: the number has no bar in the bracket after it."""
    low, high = cursor.at + 1, cursor.close()
    return any(token.text in ("\\mid", "|") for token in cursor.tokens[low:high])


def head_symbol(head: Expr) -> Symbol | None:
    """The symbol inside a name's scripts."""
    while isinstance(head, (Subscript, Marked, Prime, Power, Transpose)):
        head = head.operand if isinstance(head, Transpose) else head.base
    return head if isinstance(head, Symbol) else None


def _takes_any_bracket(plain: Symbol) -> bool:
    if plain.font == "bb":
        return plain.name in ("E", "P", "V", "KL")
    return plain.font == "rm" and plain.name in _EXPECTATIONS


def _refuse_index_bracket(cursor: Cursor) -> None:
    """`P[y]`, `A[i, j]`: an entry in brackets, or a factor?"""
    low, high = cursor.at + 1, cursor.close()
    if not any(t.text in ("+", "-", "\\frac", "\\sum") for t in cursor.tokens[low:high]):
        raise AmbiguousError(
            "a square bracket after a name: an entry or a factor?",
            cursor.tokens[low - 1].start,
            "write a_{i} for an entry, \\cdot for a product",
        )


def _unapplied(cursor: Cursor, plain: Symbol, head: Expr) -> Expr:
    if _takes_any_bracket(plain) and starts_factor(cursor):
        raise TexError(
            f"{plain.name!r} without a bracket: of how much of what follows?",
            cursor.peek().start,
            "write \\mathbb{E}[…]",
        )
    expectation = plain.name == "E" and cursor.opens("[", "\\{")
    if expectation:
        return _opaque(cursor, head, cursor.at - 1)
    if cursor.opens("[") and not isinstance(head, (Power, Transpose)):
        if len(split_commas(cursor, cursor.at + 1, cursor.close())) > 1:
            return _opaque(cursor, head, cursor.at - 1)  # an entry or a call, but no factor
        _refuse_index_bracket(cursor)
    if plain.font == "rm" and len(plain.name) > 1 and starts_factor(cursor):
        token = cursor.peek()
        if token.kind in ("letter", "number") or is_name(token):
            raise TexError(
                f"{plain.name!r} without brackets before a factor",
                token.start,
                f"write \\operatorname{{{plain.name}}}(…), or \\cdot for a product",
            )
    return head


def _application(cursor: Cursor, head: Expr, plain: Symbol, start: int) -> Expr:
    low, high = cursor.at + 1, cursor.close()
    if cursor.tokens[high].text != ")":
        return head
    if _is_relational(cursor, low, high, plain):
        return _opaque(cursor, head, start)
    parts = split_commas(cursor, low, high)
    arguments = tuple(cursor.between(*part, cursor.grammar.expression) for part in parts)
    tokens = contents(cursor, low, high)
    cursor.at = high + 1
    span = cursor.span(start)
    certain = plain.font == "rm" and len(plain.name) > 1
    if not isinstance(head, Power) and (len(arguments) > 1 or certain):
        if plain.name in _NAMED and cursor.sees("^"):
            raise TexError(
                f"a power after the bracket of {plain.name}: of the argument or of the value?",
                cursor.peek().start,
                "put the whole in brackets and raise that",
            )
        return _called(cursor, Call(head, arguments, span=span), start)
    argument = arguments[0] if len(arguments) == 1 else Tuple(arguments, span=span)
    found = Application(head, argument, tokens=tokens, span=span)
    return scripted(cursor, found, start)


def _called(cursor: Cursor, call: Expr, start: int) -> Expr:
    """A certain call with what hangs on its closing bracket."""
    scripts = read_scripts(cursor)
    _refuse_prime(cursor, scripts, start)
    if scripts.below is not None:
        call = Subscript(call, indices(cursor, *scripts.below), span=cursor.span(start))
    if scripts.above is not None:
        call = raised(cursor, call, scripts.above, start)
    return call


def scripted(cursor: Cursor, found: Application, start: int) -> Expr:
    """An application with what hangs on its closing bracket."""
    scripts = read_scripts(cursor)
    _refuse_prime(cursor, scripts, start)
    if scripts.below is not None:
        call = Call(found.head, (found.argument,), span=found.span)
        called = Subscript(call, indices(cursor, *scripts.below), span=cursor.span(start))
        return raised(cursor, called, scripts.above, start) if scripts.above else called
    factorial = 0
    exponent: Expr | None = None
    if scripts.above is not None:
        power = raised(cursor, found, scripts.above, start)
        exponent = power.exponent if isinstance(power, Power) else _transpose_mark(power)
    elif cursor.accept("!"):
        factorial = 1
    return replace(found, exponent=exponent, factorial=factorial, span=cursor.span(start))


def _transpose_mark(power: Expr) -> Expr:
    if isinstance(power, Transpose) and not isinstance(power.operand, Power):
        return Symbol("\\top", span=power.span)
    raise TexError("an inverse transpose on a bracket", power.span.start, "put both in one bracket")


def _refuse_prime(cursor: Cursor, scripts: Scripts, start: int) -> None:
    if scripts.primes:
        raise TexError(
            "a prime after the bracket of an argument",
            cursor.offset(start),
            "put it on the name: f'(x)",
        )


def _is_drawn(cursor: Cursor, base: Expr, low: int, high: int) -> bool:
    r"""Whether a subscript says what an expectation is taken over: it is no index then."""
    if any(token[:2] == ("command", "\\sim") for token in cursor.tokens[low:high]):
        return True
    if not isinstance(base, Symbol) or not _takes_any_bracket(base):
        return False
    return cursor.opens("(", "[", "\\{") or starts_factor(cursor)


def _drawn(cursor: Cursor, base: Expr, scripts: Scripts, start: int) -> Expr:
    r"""`E_{x \sim P}[f(x)]`: opaque, with all of its subscript among the tokens.

    `E_z f(z)` is the same quantity as `E_z[f(z)]`, so it has the same tokens.
    """
    if scripts.above is not None or scripts.primes:
        raise TexError(
            "a superscript on an expectation", cursor.offset(start), "write (E_{x}[…])^2"
        )
    below = scripts.below or (0, 0)
    low, high = cursor.at, _end_of_factors(cursor)
    if cursor.opens("(", "[", "\\{"):
        low, high = cursor.at + 1, cursor.close()
        cursor.at = high + 1
    elif low < high and _is_parted(cursor, high):
        cursor.at = high
    else:
        raise TexError("an expectation needs its bracket", cursor.peek().start, "write E_{x}[…]")
    tokens = ("_", *contents(cursor, *below), "[", *contents(cursor, low, high))
    return _called(cursor, Opaque(base, tokens, span=cursor.span(start)), start)


def _is_parted(cursor: Cursor, at: int) -> bool:
    r"""Whether an expectation's factors end here: at the end, or before another expectation."""
    following = cursor.tokens[at : min(at + 2, cursor.end)]
    texts = [token.text for token in following]
    return not texts or (texts[0] in ("+", "-") and texts[1:] in (["E"], ["\\mathbb"]))


def _end_of_factors(cursor: Cursor) -> int:
    """Where the factors that stand here end: before a sum, a second expectation, or the end.

    An expectation of an expectation is one factor.
    """
    at = cursor.at
    if cursor.sees("\\mathbb") and cursor.sees("{", 1) and cursor.sees("_", 4):
        at += 5
    while at < cursor.end:
        token = cursor.tokens[at]
        if token.text in ("|", "\\|"):
            end, width = closing_bars(cursor, at) or (at, 1)
            at = end + width  # past |x| or ||x||, or past a bar that nothing closes
            continue
        if token.text in ("+", "-", ",", ";", "\\pm", "\\mp", "E", "\\mathbb"):
            break
        at = max(at, cursor.partners[at]) + 1
    return at


def _is_relational(cursor: Cursor, low: int, high: int, plain: Symbol) -> bool:
    bars = 0
    for at in cursor.level(low, high):
        token = cursor.tokens[at]
        if token.kind in ("relation", "big") or token.text in _RELATIONAL:
            return True
        if token.kind == "text" and " " in token.text and plain.name in ("P", "Pr"):
            return True  # P(\text{we choose } i): an event in words
        bars += token.text in ("|", "\\|") and token.kind in ("char", "command")
    return bars % 2 == 1 or (bars > 0 and plain.name in _LIKELY)


def contents(cursor: Cursor, low: int, high: int) -> tuple[str, ...]:
    """Tokens as an Opaque keeps them: one spelling for one meaning."""
    return tuple(_spelling(token) for token in cursor.tokens[low:high])


def spelled(cursor: Cursor, low: int) -> Opaque:
    """All from `low` to this place as one quantity, whose name is how it is spelled."""
    span = cursor.span(low)
    return Opaque(Symbol("", span=span), contents(cursor, low, cursor.at), span=span)


def _spelling(token: Token) -> str:
    if token.kind in ("word", "text"):
        return f"\\{token.font or 'text'}{{{token.text.strip()}}}"
    return "\\mid" if token.text == "|" and token.kind in ("char", "big") else token.text


def _opaque(cursor: Cursor, head: Expr, start: int) -> Expr:
    low, high = cursor.at + 1, cursor.close()
    if low == high:
        raise TexError("an empty bracket", cursor.offset(low))
    tokens = contents(cursor, low, high)
    cursor.at = high + 1
    return _called(cursor, Opaque(head, tokens, span=cursor.span(start)), start)


# --- indicators ----------------------------------------------------------------------------------


def _indicator(cursor: Cursor, head: Expr, start: int) -> Expr | None:
    if not isinstance(head, Symbol) or not cursor.opens("(", "[", "\\{"):
        return None
    return braced_indicator(cursor, start)


def _subscript_indicator(cursor: Cursor, base: Expr, scripts: Scripts, start: int) -> Expr | None:
    if scripts.below is None or not isinstance(base, Symbol) or base.name not in ("1", "I"):
        return None
    low, high = scripts.below
    if not any(_states(token) for token in cursor.tokens[low:high]):
        return None
    conditions = cursor.between(low, high, cursor.grammar.conditions)
    return Indicator(conditions, span=cursor.span(start))


def braced_indicator(cursor: Cursor, start: int) -> Expr | None:
    """`1{y = k}` from its bracket on, if a relation stands in it."""
    low, high = cursor.at + 1, cursor.close()
    if not any(_states(token) for token in cursor.tokens[low:high]):
        return None
    if any(token.text in ("\\mid", ";") for token in cursor.tokens[low:high]):
        return None
    conditions = cursor.inside(cursor.grammar.conditions)
    return Indicator(conditions, span=cursor.span(start))


def _states(token: Token) -> bool:
    return token.kind == "relation" or token[:2] == ("command", "\\in")
