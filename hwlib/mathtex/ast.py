r"""The tree that TeX is parsed into: what every node means, and nothing of how it is found.

Every node is frozen, compares by structure (positions are left out of `==` and `hash`), and has a
`span`: the half-open range of character offsets in the TeX string that was parsed.

```
Node
├─ Expr                        a value
│  ├─ names      Number Infinity Symbol Label Subscript Marked Opaque Dots
│  ├─ functions  Call Application Logarithm Prime NthDerivative Inverse Composition
│  ├─ algebra    Add Negative PlusMinus Multiply Divide Power Root Absolute Norm Factorial Binomial
│  ├─ calculus   Derivative Differential Gradient Integral Limit Evaluated Between Reduction
│  └─ shapes     Tuple Matrix Transpose Cases Indicator Interval SetLiteral IndexRange DescribedSet
├─ Condition                   Comparison Membership
├─ Statement                   Definition Claim Implication Given Problem Display Failure
└─ Directive                   a TeX comment that speaks to the checker
```

A bracket leaves no node: `(a + b)c` is `Multiply((Add((a, b)), c))`. Names are canonical: a Greek
letter keeps its backslash (`\sigma`), an upright word loses it (`\sin`, `\operatorname{softmax}`,
`\mathrm{ReLU}` and `\text{ReLU}` are the names `sin`, `softmax`, `ReLU` in font `rm`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import NamedTuple


class TexError(Exception):
    """TeX that cannot be read as mathematics, or not in one way only.

    Attributes:
        message: What was needed and what came.
        offset: Character offset in the TeX string, from 0.
        hint: What to write instead; empty when there is nothing to offer.
    """

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message, offset, hint)
        self.message = message
        self.offset = offset
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class AmbiguousError(TexError):
    """TeX that has two ordinary readings; the author has to choose one."""


class Span(NamedTuple):
    """Half-open range of offsets in the TeX string."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree."""

    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expr(Node):
    """A value: a number, a vector, a function, a set."""


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Something that holds or does not: a comparison or a membership."""


# --- names ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Expr):
    r"""`3`, `0.8808`, `10{,}000`, `12\%` (= 0.12): the exact value of what is printed.

    `decimals` counts the printed digits after the point (a percent sign adds two), so a number
    after `\approx` may be off by half of 10**-decimals. `1.3 \times 10^{-4}` is a Multiply.
    """

    value: Fraction
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Infinity(Expr):
    r"""`\infty`; minus infinity is Negative(Infinity)."""


@dataclass(frozen=True, slots=True)
class Symbol(Expr):
    r"""A letter or an upright word, with font and accents: `x`, `\sigma`, `\mathbf z`, `\hat y`.

    `font` is "" (italic), "rm" (upright word), "bf" (also `\boldsymbol`, `\bm`, `\vec`), "cal"
    (also `\mathscr`), "bb", "frak", "sf", "tt". `accents` lists hats and the like from the
    inside out: `\hat{\mathbf y}` is Symbol("y", "bf", ("hat",)). `e`, `\pi` are plain symbols.
    """

    name: str
    font: str = ""
    accents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label(Expr):
    r"""A word used as an index, not a value: the `max` of `x_{\max}`, `x_{\text{max}}`."""

    text: str


@dataclass(frozen=True, slots=True)
class Subscript(Expr):
    r"""`z_1`, `z_j`, `w_{ij}` (two indices), `w_{i,j}`, `z_{i+1}` (one), `x_{\max}` (a Label).

    On a name: an indexed quantity, or just a name with a number. On anything else a component:
    `\operatorname{softmax}(\mathbf z)_i`, `(A\mathbf x)_i`. Letters side by side are separate
    indices; digits side by side are one number (`w_{12}` has the index 12), a number before
    letters is refused (`x_{2i}`). A sign between indices is a Label: `\mu_{z|x}`, `\phi_{j|y=1}`.
    A Kronecker delta is Subscript(Symbol("\delta"), (i, j)).
    """

    base: Expr
    indices: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Marked(Expr):
    r"""A superscript that is part of the name: `a^{[l]}`, `x^{(i)}`, `w^*`, `x^{\text{new}}`.

    `kind` is "[]", "()", or the mark itself ("*", "\dagger", "+", "-"), "text" for a Label. Each
    index of `w^{k,p}` is a mark of the kind ",", and each of `F^{(2,0)}` one of the kind "(,)".
    `index` is the expression in the bracket, the Label, or None. Before a call's bracket on a
    function, "()" is NthDerivative instead (see `resolve`).
    """

    base: Expr
    kind: str
    index: Expr | None = None


@dataclass(frozen=True, slots=True)
class Opaque(Expr):
    r"""A quantity that is named, never looked into: `P(y=1 \mid x)`, `\mathbb{E}[X^2]`.

    `head` is the name before the bracket, `tokens` what is inside, spacing and sizes removed
    (`("y", "=", "1", "\\mid", "x")`). Equal head and tokens mean the same quantity. A bound index
    may stand among the tokens: `\sum_k P(y=k)`; `tokens` are such that replacing one by a number's
    digits gives the tokens of `P(y=1)`. The subscript of `\mathbb{E}_{x \sim p}[...]` is among the
    tokens too.
    """

    head: Expr
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dots(Expr):
    r"""`\dots`, `\cdots`, `\ldots`: a term, factor or item that the reader fills in."""


WORDS = "\\text"  # the head of an Opaque that is a condition in words

# --- functions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call(Expr):
    r"""`\sin x`, `\exp(x)`, `f(x, y)`, `f'(x)`: a function's value; brackets were optional.

    `function` is a name (Symbol, Subscript, Marked), a Prime, NthDerivative or Inverse of one, a
    Composition, a Derivative of a name (`\frac{\partial f}{\partial x}(a, b)`), or, under Prime, an
    expression in functions: `(fg)'(x)`. `\sin^2 x` is
    Power(Call(...), 2). `\max(a, b)`, `\min\{a, b\}`, `\lfloor x \rfloor` (name "floor"), `ceil`
    and `\det`, `\operatorname{tr}`, `\operatorname{diag}` are calls too.
    """

    function: Expr
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Application(Expr):
    r"""A name before a bracket, `f(x+1)` or `y(1-y)`: call or product, for the scope to say.

    `head` is a Symbol, Subscript, Marked, Prime, a Power of one (`\sigma^{-1}(y)`, `x^2(1-x)`), or
    a Derivative of a bare name (`\frac{df}{dx}(a)`). `exponent` is what stands on the closing
    bracket, `factorial` counts its `!`: as a call all of it is raised, as a product the bracket.
    `tokens` is the bracket's content, should the name turn out to be opaque (`P(A)`). A `bare`
    one is the argument of a function without brackets, `\log p(x)`, and can only be a call.
    `resolve` turns every Application into one of the three; no evaluator meets it.
    """

    head: Expr
    argument: Expr
    exponent: Expr | None = None
    factorial: int = 0
    bare: bool = False
    tokens: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logarithm(Expr):
    r"""`\log_b x`. A logarithm without a base is Call(Symbol("log" or "ln"))."""

    base: Expr
    argument: Expr


@dataclass(frozen=True, slots=True)
class Prime(Expr):
    r"""`f'`, `f''`, `y'`, `(fg)'`: the derivative of a function of one variable, `order` times."""

    base: Expr
    order: int = 1


@dataclass(frozen=True, slots=True)
class NthDerivative(Expr):
    r"""`f^{(n)}` in front of its argument; only as the `function` of a Call."""

    base: Expr
    order: Expr


@dataclass(frozen=True, slots=True)
class Inverse(Expr):
    r"""`\sigma^{-1}`, `\sin^{-1}` as a function; only as the `function` of a Call.

    The reciprocal `\sigma(x)^{-1}` is Power(Call(...), -1); `A^{-1}`, `x^{-1}` are Power.
    """

    base: Expr


@dataclass(frozen=True, slots=True)
class Composition(Expr):
    r"""`f \circ g`: the first function is applied last."""

    functions: tuple[Expr, ...]


# --- algebra -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Add(Expr):
    """Two or more terms; a subtracted one is Negative, one after ± is PlusMinus."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expr):
    """`-x`, looser than a product: `-2x` is Negative(Multiply((2, x)))."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class PlusMinus(Expr):
    r"""`\pm x` or (`flipped`) `\mp x`; a claim with it is two claims, upper signs and lower."""

    operand: Expr
    flipped: bool = False


@dataclass(frozen=True, slots=True)
class Multiply(Expr):
    r"""Two or more factors, from the left.

    `operators[i]` stands between factors i and i + 1: "" (side by side), "\cdot", "\times",
    "*", "\odot", "\otimes", or "\langle" for `\langle x, y \rangle`: the inner product of two
    vectors, or the vector of two numbers. Side by side and `\cdot` mean the product that the
    shapes ask for (scalar, matrix product; `\cdot` of two vectors is their dot product).
    `\times` is the cross product of vectors, `\odot` the product entry by entry.
    """

    factors: tuple[Expr, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divide(Expr):
    r"""`\frac{a}{b}` or `a / b`."""

    numerator: Expr
    denominator: Expr


@dataclass(frozen=True, slots=True)
class Power(Expr):
    r"""`x^2`, `e^{-x}`, `A^{-1}`."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True, slots=True)
class Root(Expr):
    r"""`\sqrt{x}` (index None) or `\sqrt[n]{x}`."""

    operand: Expr
    index: Expr | None = None


@dataclass(frozen=True, slots=True)
class Absolute(Expr):
    r"""`|x|`, `\lvert x \rvert`."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Norm(Expr):
    r"""`\|x\|`, `\|x\|_1`: `order` is the subscript (Number, Symbol, Infinity) or None."""

    operand: Expr
    order: Expr | None = None


@dataclass(frozen=True, slots=True)
class Factorial(Expr):
    """`n!`; `n!!` is refused."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Binomial(Expr):
    r"""`\binom{n}{k}`, `{n \choose k}`."""

    n: Expr
    k: Expr


# --- calculus ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class By(Node):
    r"""One variable of a derivative and how often: `dx^2` is By(x, 2); `order` may be a Symbol."""

    variable: Expr
    order: Expr


@dataclass(frozen=True, slots=True)
class Derivative(Expr):
    r"""`\frac{df}{dx}`, `\frac{d}{dx}(...)`, `\frac{\partial^2 F}{\partial x \partial y}`.

    Also `\partial_x F`, `\partial_{xy} F`. `by` is in the order of writing. The variable may be
    any name, also a vector (`\frac{\partial L}{\partial \mathbf w}`: gradient or Jacobian).
    """

    operand: Expr
    by: tuple[By, ...]
    partial: bool


@dataclass(frozen=True, slots=True)
class Differential(Expr):
    r"""`dx` outside of an integral, in a relation whose every term has one: `du = 2x \, dx`.

    Of a free variable it is a number of its own; `du` of a defined u is its total differential.
    """

    variable: Expr


@dataclass(frozen=True, slots=True)
class Gradient(Expr):
    r"""`\nabla f`, `\nabla_w L`; `order` 2 is `\nabla^2` (Hessian or Laplacian: not said)."""

    operand: Expr
    by: Expr | None = None
    order: int = 1


@dataclass(frozen=True, slots=True)
class Integral(Expr):
    r"""`\int_a^b f \, dx`; both limits are None for an indefinite one."""

    integrand: Expr
    variable: Expr
    lower: Expr | None = None
    upper: Expr | None = None


@dataclass(frozen=True, slots=True)
class Limit(Expr):
    r"""`\lim_{x \to a^+} f`: `side` is "+", "-" or "" for both."""

    operand: Expr
    variable: Expr
    target: Expr
    side: str = ""


@dataclass(frozen=True, slots=True)
class Evaluated(Expr):
    r"""`\left. f \right|_{x=0, y=1}`: `operand` with each variable replaced by its value."""

    operand: Expr
    at: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True, slots=True)
class Between(Expr):
    r"""`[F(x)]_a^b`, `F(x) \Big|_a^b`: value at `upper` less value at `lower`.

    `variable` is None unless it is written: `\Big|_{x=a}^{b}`, `\Big|_{x=a}^{x=b}`.
    """

    operand: Expr
    lower: Expr
    upper: Expr
    variable: Expr | None = None


@dataclass(frozen=True, slots=True)
class Reduction(Expr):
    r"""`\sum`, `\prod`, and `\max`, `\min`, `\sup`, `\inf`, `\arg\max` with something below.

    `kind` is "sum", "prod", "max", "min", "sup", "inf", "argmax" or "argmin".

    ===============================  ==================  ========  ============================
    TeX                              indices             bounds    conditions
    ===============================  ==================  ========  ============================
    `\sum_{j=1}^{K} a_j`             (j,)                1, K      ()
    `\sum_j a_j`                     (j,)                None      ()  every value of the index
    `\sum_{i,j} a_{ij}`              (i, j)              None      ()
    `\sum_{j \ne i} a_j`             (j,)                None      (j != i,)
    `\sum_{j=1, j \ne i}^{K} a_j`    (j,)                1, K      (j != i,)
    `\sum_{1 \le i < j \le n}`       (i, j)              None      (1 <= i < j <= n,)
    `\sum_{x \in S}`, `\max_{x>0}`   (x,)                None      (x in S,), (x > 0,)
    ===============================  ==================  ========  ============================

    Either both bounds are given or neither. In a condition such as `j \ne i` the first name is
    the index. An index may have a prime (`\sum_{t'=1}^{T}`, a Prime).
    The body is one product: `\sum_j a_j + b` is Add((Reduction, b)).
    """

    kind: str
    body: Expr
    indices: tuple[Expr, ...]
    lower: Expr | None = None
    upper: Expr | None = None
    conditions: tuple[Condition, ...] = ()


# --- shapes and sets -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tuple(Expr):
    r"""`(a, b, c)` or `[a, b, c]`: a vector by its components; Dots may stand among the items."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Expr):
    r"""`pmatrix`, `bmatrix`, `matrix`, bracketed `array`: rows of equal length.

    One column is a column vector. `vmatrix` is Call(Symbol("det"), (Matrix,)).
    """

    rows: tuple[tuple[Expr, ...], ...]


@dataclass(frozen=True, slots=True)
class Transpose(Expr):
    r"""`A^\top`, `A^T`. `mark` is "\top" or, where it could have been a power, "T"."""

    operand: Expr
    mark: str = "\\top"


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """A value of `cases` and its condition (all of them hold); none at all means otherwise."""

    value: Expr
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Cases(Expr):
    r"""`\begin{cases} ... \end{cases}`: the first branch whose condition holds."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Indicator(Expr):
    r"""`\mathbb{1}[i = j]`, `1\{y = k\}`, `\mathbf 1_{x > 0}`, `[i = j]`: 1 or 0."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Interval(Expr):
    r"""`(0, 1)`, `[0, \infty)` after `\in`; elsewhere `(0, 1)` is a Tuple."""

    lower: Expr
    upper: Expr
    lower_closed: bool
    upper_closed: bool


@dataclass(frozen=True, slots=True)
class SetLiteral(Expr):
    r"""`\{0, 1\}` after `\in`, item by item; `\{1, \dots, K\}` is an IndexRange."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class DescribedSet(Expr):
    r"""`\{x : x > 0\}`, `A \cup B`: a set as one side of a chain, as it is spelled.

    Nobody computes with it: what a chain says of it is only stated.
    """

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexRange(Expr):
    r"""The integers of `i = 1, \dots, n` or `i \in \{1, \dots, n\}`."""

    lower: Expr
    upper: Expr


# --- conditions ----------------------------------------------------------------------------------

# What stands in `Comparison.operators`, whatever TeX it was written in.
RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "~=", "==", ":="})
# Signs of a chain that state what no calculation can settle, and what each of them says.
STATED = {
    "\\sim": "how something is distributed, or how fast it grows",
    "\\propto": "that two things are proportional",
    "\\ll": "that one thing is much smaller than another",
    "\\gg": "that one thing is much larger than another",
    "\\to": "what something tends to, or is mapped to",
    "\\mapsto": "what something is mapped to",
    "\\subset": "that a set lies in another",
    "\\subseteq": "that a set lies in another",
    "\\supset": "that a set holds another",
    "\\supseteq": "that a set holds another",
    "\\perp": "that two things are independent, or at right angles",
}
_SET = "which members a set has"


class Link(NamedTuple):
    """One relation of a chain; `span` runs from the operator to the end of its right side."""

    left: Expr
    operator: str
    right: Expr
    span: Span

    @property
    def states(self) -> str:
        """What the relation states that no calculation can settle; empty for one that can be."""
        if isinstance(self.left, DescribedSet) or isinstance(self.right, DescribedSet):
            return STATED.get(self.operator, _SET)
        return STATED.get(self.operator, "")


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    r"""A chain `a = b < c`: one more operand than operators, each link read with its neighbours.

    Operators: "=", "!=" (`\ne`), "<", "<=", ">", ">=", "~=" (`\approx`), "==" (`\equiv`); in the
    chain of a Claim also the signs of `STATED`, such as `\sim`, which nobody judges. `offsets`
    are where the operators stand.
    """

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]
    offsets: tuple[int, ...] = field(compare=False, repr=False, default=())

    def links(self) -> Iterator[Link]:
        """The relations of the chain, from the left."""
        for index, operator in enumerate(self.operators):
            right = self.operands[index + 1]
            span = Span(self.offsets[index], right.span.end)
            yield Link(self.operands[index], operator, right, span)


@dataclass(frozen=True, slots=True)
class Membership(Condition):
    r"""`x, y \in S` or (`negated`) `x \notin S`, and `i = 1, \dots, n`.

    `container` is Symbol(font "bb"), a Power, Subscript or Marked of one (`\mathbb R^n`,
    `\mathbb R_{>0}` as Marked kind "text" with Label ">0"), Interval, SetLiteral, IndexRange, or
    another name.
    """

    items: tuple[Expr, ...]
    container: Expr
    negated: bool = False


# --- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement(Node):
    r"""What one row, or several that continue each other, says.

    Attributes:
        conditions: What the row says it needs: "for x > 0", "if", "where", `\forall`, and bare
            conditions after a comma (`, \quad x > 0`; `x \in \mathbb R`; `i = 1, \dots, n`). A
            bare one may be about a name that the page has defined: then it is a claim as well.
        reasons: The words of `\text{...}` that carry no condition.
    """

    conditions: tuple[Condition, ...] = field(default=(), kw_only=True)
    reasons: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Definition(Statement):
    r"""`pattern := value`. The pattern is a name or a Call, or a Subscript of one.

    `f(x) := ...` has a Call with plain names as arguments, `\operatorname{softmax}(\mathbf z)_i`
    a Subscript of a Call; an Opaque can be defined as well. `a := b = c` gives this and a Claim
    `b = c`.
    """

    pattern: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Claim(Statement):
    """A chain of relations; rows that start with a relation lengthen it."""

    chain: Comparison


@dataclass(frozen=True, slots=True)
class Implication(Statement):
    r"""Chains joined by `\iff` ("<=>") or `\Rightarrow` ("=>"): one more part than arrows."""

    parts: tuple[tuple[Condition, ...], ...]
    arrows: tuple[str, ...]
    offsets: tuple[int, ...] = field(compare=False, repr=False, default=())


@dataclass(frozen=True, slots=True)
class Given(Statement):
    r"""A row that only states conditions: `x > 0` after "for", "let", "where", or `x \in S`."""


@dataclass(frozen=True, slots=True)
class Problem(Statement):
    r"""`\underset{w}{\text{minimize}} f(w) \text{ subject to } g(w) = 0`: asked, not claimed.

    Its constraints are the conditions.
    """

    objective: Expr


@dataclass(frozen=True, slots=True)
class Display(Statement):
    """An expression with no relation: something shown, nothing claimed."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Failure(Statement):
    """A row that was not read. `cause` is the failed row's error when this one only follows it."""

    error: TexError
    cause: TexError | None = None


@dataclass(frozen=True, slots=True)
class Directive(Node):
    r"""A comment line `% kind: text`.

    Attributes:
        kind: "unchecked", "given", "domain" or "functions".
        text: What follows the colon, stripped; never empty.
        conditions: Of `given` and `domain`, parsed.
        names: Of `functions`, parsed.
    """

    kind: str
    text: str
    conditions: tuple[Condition, ...] = ()
    names: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Everything that one piece of TeX says, in the order of the page."""

    statements: tuple[Statement, ...]
    directives: tuple[Directive, ...]


_PARTS: dict[type[Node], tuple[str, ...]] = {}
_NO_NODES = {
    "Span", "str", "bool", "int", "Fraction", "TexError", "TexError | None",
    "tuple[str, ...]", "tuple[int, ...]",
}  # fmt: skip


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """The names of what may hold nodes in a kind of node."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(part.name for part in fields(kind) if part.type not in _NO_NODES)
    return _PARTS[kind]


def children(node: Node) -> list[Node]:
    """The nodes directly below, from left to right (also those inside tuples)."""
    found: list[Node] = []
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif value:
            _collect(value, found)
    return found


def _collect(value: object, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first; deep trees do not recurse."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
