r"""From the formulas of a page, in order, to what has to be judged.

Parsing and scope happen here, once, from top to bottom; each claim leaves as a `Job` that carries
everything its verdict depends on, so that it can be judged anywhere, in any order, or looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from hwlib.mathcheck import names
from hwlib.mathcheck.advice import check_opaque
from hwlib.mathcheck.columns import as_columns
from hwlib.mathcheck.dots import expand
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.folding import plain_layers
from hwlib.mathcheck.job import Job
from hwlib.mathcheck.layers import check_layers
from hwlib.mathcheck.scope import (
    Definition,
    Scope,
    ScopeError,
    View,
    definition_of,
    read_definition,
    uses,
)
from hwlib.mathcheck.sentences import is_condition
from hwlib.mathcheck.slopes import check_slopes, taken_at
from hwlib.mathcheck.texts import Piece, one_line, operand_texts
from hwlib.mathcheck.two_indices import TwoIndices
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr
from hwlib.mathtex.parser import parse
from hwlib.mathtex.resolve import resolve
from hwlib.mathtex.vocabulary import OF_EVENTS

N = TypeVar("N", bound=ast.Node)
Role = Literal["function", "variable", "opaque", "unknown"]


@dataclass
class Entry:
    """One line of the report to be: where it stands, and its job or its verdict.

    A claim has one entry for each relation of its chain; they share the job, `part` counts them.
    """

    piece: int
    offset: int
    tex: str
    kind: str
    job: Job | None = None
    part: int = 0
    verdict: str = ""
    reason: str = ""
    used: tuple[Definition, ...] = ()


@dataclass
class _Directions:
    """What the comments of a formula say."""

    unchecked: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass
class Reader:
    """Reads the pieces of one page."""

    pieces: Sequence[Piece]
    scope: Scope = field(default_factory=Scope)
    entries: list[Entry] = field(default_factory=list)
    last: ast.Statement | None = None  # of the piece before this one

    def read(self) -> list[Entry]:
        """Return the entries of all pieces, in order."""
        for number, piece in enumerate(self.pieces):
            self.scope.enter(piece.section)
            self._piece(number, piece)
        return self.entries

    def _piece(self, number: int, piece: Piece) -> None:
        block = parse(piece.tex, self._before(number, piece))
        self.last = block.statements[-1] if block.statements else None
        letters = frozenset(_bare_names(block.statements))
        self.scope.see(letters)
        try:
            directions = self._directions(block.directives)
        except (ast.TexError, Refused, ScopeError) as error:
            span = block.directives[0].span.start if block.directives else 0
            self._failed(number, span, piece.tex, error, "")
            return
        for statement in block.statements:
            self._statement(number, piece, statement, directions)

    def _before(self, number: int, piece: Piece) -> ast.Statement | None:
        """Return what a display goes on with that begins with a relation: the display before it.

        No other formula, and no heading, stands between the two.
        """
        previous = self.pieces[number - 1] if number else piece
        joined = previous.display and piece.display and previous.section == piece.section
        return self.last if joined else None

    def _directions(self, directives: Iterable[ast.Directive]) -> _Directions:
        found = _Directions()
        for one in directives:
            if one.kind == "functions":
                self.scope.declare(one.names)
            elif one.kind == "unchecked":
                found.unchecked = one.text
        for one in directives:
            resolved = tuple(self._settled(condition) for condition in one.conditions)
            found.conditions += resolved
        return found

    def _settled(self, node: N) -> N:
        """Return a tree in which brackets after names are calls or factors, and dots written out.

        A list that is turned where a vector is meant is a column.

        Raises:
            TexError: If a bracket can be read in two ways.
            Refused: If it is not plain what dots stand for.
        """
        kinds = {type(one) for one in ast.walk(node)}
        if ast.Application in kinds:
            check_slopes(node, self.scope.view())
            node = resolve(node, self._role(node))
        if ast.Opaque in kinds:
            used = node.value if isinstance(node, ast.Definition) else node
            check_opaque(used, self.scope.view())
        if ast.Derivative in kinds and ast.Call in kinds:
            node = taken_at(node, self.scope.view())
        if ast.Marked in kinds:
            node = plain_layers(node)  # type: ignore[assignment]
        if ast.Dots in kinds:
            node = expand(node)  # type: ignore[assignment]
        return as_columns(node) if ast.Transpose in kinds else node

    def _statement(
        self, number: int, piece: Piece, statement: ast.Statement, directions: _Directions
    ) -> None:
        if isinstance(statement, ast.Failure):
            self._failure(number, piece, statement, directions)
            return
        if isinstance(statement, ast.Display):
            return  # shows something and claims nothing
        if not piece.display and _is_approach(statement):
            return
        if isinstance(statement, ast.Problem):
            self._problem(number, piece, statement, directions)
            return
        if isinstance(statement, ast.Claim) and any(
            link.states for link in statement.chain.links()
        ):
            self._stated(number, piece, statement, directions)
            return
        start = statement.span.start
        text = one_line(piece.tex[start : statement.span.end])
        try:
            settled = self._settled(statement)
        except ast.TexError as error:
            self._failed(number, error.offset, text, error, directions.unchecked)
            return
        except Refused as error:
            self._failed(number, error.span.start or start, text, error, directions.unchecked)
            return
        try:
            self._settled_statement(number, piece, settled, directions)
        except (ScopeError, Refused) as error:
            self._failed(number, error.span.start or start, text, error, directions.unchecked)

    def _stated(
        self, number: int, piece: Piece, statement: ast.Claim, directions: _Directions
    ) -> None:
        r"""Judge what stands between signs such as `\sim`, and say that these are not judged."""
        chain = statement.chain
        texts = operand_texts(piece.tex, chain)
        numeric = next((one for one in _called_sets(chain) if self._is_number(one)), None)
        if numeric is not None:
            reason = "a name that is defined as a number is said to be a set"
            error = Refused("ambiguous", f"{reason}; give one of the two another name")
            self._failed(number, numeric.span.start, texts[0], error, directions.unchecked)
            return
        limits = _condition_texts(piece, statement)
        start = 0
        for part, states in enumerate((*(link.states for link in chain.links()), None)):
            if states == "":
                continue
            if part > start:
                run = _run(chain, start, part)
                self._statement(
                    number, piece, replace(statement, chain=run, span=run.span), directions
                )
            start = part + 1
            if states is not None:
                offset = chain.span.start if part == 0 else chain.offsets[part]
                reason = f"it says {states}; no calculation settles that"
                text = texts[part] + limits
                entry = Entry(number, offset, text, "claim", verdict="unchecked", reason=reason)
                self._add(entry, directions)

    def _is_number(self, name: Expr) -> bool:
        found = definition_of(name, self.scope.view())
        return found is not None and not found.is_function

    def _problem(
        self, number: int, piece: Piece, statement: ast.Problem, directions: _Directions
    ) -> None:
        start, end = statement.span
        reason = "it says what to minimize or maximize; no calculation settles that"
        text = one_line(piece.tex[start:end])
        entry = Entry(number, start, text, "claim", verdict="unchecked", reason=reason)
        self._add(entry, directions)

    def _settled_statement(
        self, number: int, piece: Piece, statement: ast.Node, directions: _Directions
    ) -> None:
        if isinstance(statement, ast.Definition):
            self._definition(number, piece, statement)
        elif isinstance(statement, ast.Claim):
            self._claim(number, piece, statement, directions)
        elif isinstance(statement, ast.Implication):
            self._implication(number, piece, statement, directions)
        elif isinstance(statement, ast.Given):
            job = self._job("condition", statement, directions)
            self._whole(number, piece, statement, "condition", job)

    # --- kinds of statements ---

    def _definition(self, number: int, piece: Piece, statement: ast.Definition) -> None:
        found = read_definition(statement)
        start = statement.span.start
        text = one_line(piece.tex[start : statement.span.end])
        line, _ = piece.at(start)
        value = found.value
        if found.conditions:
            value = ast.Cases(
                (ast.Branch(value, found.conditions, span=value.span),), span=value.span
            )
        definition = replace(found, value=value, tex=text, line=line, section=self.scope.section)
        before = self.scope.view()
        self.scope.define(definition)
        job = self._job("definition", statement, _Directions(), before)
        self._whole(number, piece, statement, "definition", job)

    def _claim(
        self, number: int, piece: Piece, statement: ast.Claim, directions: _Directions
    ) -> None:
        if is_condition(statement, piece):
            job = self._job("condition", statement, directions)
            self._whole(number, piece, statement, "condition", job)
            return
        job = self._job("claim", statement, directions)
        chain = statement.chain
        texts = operand_texts(piece.tex, chain)
        for part in range(len(chain.operators)):
            offset = chain.span.start if part == 0 else chain.offsets[part]
            entry = Entry(number, offset, texts[part], "claim", job, part)
            self._add(entry, directions)

    def _implication(
        self, number: int, piece: Piece, statement: ast.Implication, directions: _Directions
    ) -> None:
        job = self._job("implication", statement, directions)
        start = statement.span.start
        text = one_line(piece.tex[start : statement.span.end])
        for part in range(len(statement.arrows)):
            offset = start if part == 0 else statement.offsets[part]
            self._add(Entry(number, offset, text, "claim", job, part), directions)

    def _whole(
        self, number: int, piece: Piece, statement: ast.Statement, kind: str, job: Job
    ) -> None:
        start, end = statement.span
        self._add(Entry(number, start, one_line(piece.tex[start:end]), kind, job), _Directions())

    def _add(self, entry: Entry, directions: _Directions) -> None:
        if directions.unchecked:
            entry = replace(entry, job=None, verdict="unchecked", reason=directions.unchecked)
        elif entry.job is not None:
            entry.used = tuple(entry.job.view.definitions.values())
        self.entries.append(entry)

    def _job(
        self,
        what: str,
        statement: ast.Statement,
        directions: _Directions,
        view: View | None = None,
    ) -> Job:
        conditions = (*directions.conditions, *statement.conditions)
        whole = self.scope.view() if view is None else view
        needed: dict[Expr, Definition] = {}
        for root in (statement, *conditions):
            needed |= uses(root, whole)
        roots = [statement, *conditions, *(one.value for one in needed.values())]
        check_layers(roots, whole)
        found = [one.name for root in roots for one in names.occurrences(root)]
        split = TwoIndices(found, needed.values())
        ordered = sorted(needed.values(), key=lambda one: (one.line, names.key(one.key)))
        definitions = [split.definition(one) for one in ordered]
        return Job(
            what,
            split(statement),
            tuple(split(one) for one in conditions),
            View({one.key: one for one in definitions}, whole.declared & frozenset(found)),
        )

    # --- what cannot be judged ---

    def _failure(
        self, number: int, piece: Piece, statement: ast.Failure, directions: _Directions
    ) -> None:
        if statement.cause is None:
            start, end = statement.span
            text = one_line(piece.tex[start:end])
            self._failed(
                number, statement.error.offset, text, statement.error, directions.unchecked
            )

    def _failed(
        self, number: int, offset: int, text: str, error: Exception, unchecked: str
    ) -> None:
        if unchecked:
            entry = Entry(number, offset, text, "claim", verdict="unchecked", reason=unchecked)
        else:
            kind = "ambiguous" if isinstance(error, ast.AmbiguousError) else "parse"
            verdict = error.kind if isinstance(error, ScopeError | Refused) else kind
            entry = Entry(number, offset, text, "claim", verdict=verdict, reason=str(error))
        self.entries.append(entry)

    # --- what a name before a bracket is ---

    def _role(self, root: ast.Node) -> Callable[[Expr], Role]:
        view = self.scope.view()
        bound = frozenset(_bound_names(root))
        primed = {one.base for one in ast.walk(root) if isinstance(one, ast.Prime)}

        def role(name: Expr) -> Role:
            if name in bound:
                return "variable"
            definition = view.find(name)
            if definition is not None:
                return "function" if definition.is_function else "variable"
            if view.is_function(name):
                return "function"
            if isinstance(name, ast.Symbol) and name.name in OF_EVENTS:
                return "opaque"
            if name in view.variables or names.is_constant(name):
                return "variable"
            return "function" if name in primed else "unknown"

        return role


def _is_approach(statement: ast.Statement) -> bool:
    r"""Whether it is the $x \to 0$ of a sentence, which only says of what the sentence speaks."""
    if not isinstance(statement, ast.Claim) or statement.chain.operators != ("\\to",):
        return False
    letter, target = statement.chain.operands
    end = target.operand if isinstance(target, ast.Negative) else target
    return isinstance(letter, ast.Symbol) and isinstance(end, ast.Number | ast.Infinity)


def _run(chain: ast.Comparison, low: int, high: int) -> ast.Comparison:
    """The part of a chain between two of its operands."""
    operands = chain.operands[low : high + 1]
    span = ast.Span(operands[0].span.start if low else chain.span.start, operands[-1].span.end)
    return ast.Comparison(operands, chain.operators[low:high], chain.offsets[low:high], span=span)


def _bare_names(statements: Iterable[ast.Statement]) -> Iterator[Expr]:
    """Give the names that stand by themselves, not only before a bracket."""
    for statement in statements:
        heads: set[int] = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Application):
                heads |= {id(one) for one in ast.walk(node.head)}
            elif isinstance(node, ast.Call):
                heads |= {id(one) for one in ast.walk(node.function)}
            elif names.is_name(node) and id(node) not in heads and isinstance(node, Expr):
                yield node


def _bound_names(root: ast.Node) -> Iterator[Expr]:
    """Give the names that sums, integrals, derivatives and definitions take as variables."""
    for node in ast.walk(root):
        yield from names.binds(node)
        if isinstance(node, ast.By | ast.Integral):
            yield node.variable
        elif isinstance(node, ast.Definition):
            pattern = node.pattern
            if isinstance(pattern, ast.Subscript):
                yield from pattern.indices
                pattern = pattern.base
            if isinstance(pattern, ast.Call):
                yield from pattern.arguments


def _called_sets(chain: ast.Comparison) -> Iterator[Expr]:
    """Give the names that a chain says are sets."""
    for link in chain.links():
        for one, other in ((link.left, link.right), (link.right, link.left)):
            if isinstance(other, ast.DescribedSet) and names.is_name(one):
                yield one


def _condition_texts(piece: Piece, statement: ast.Statement) -> str:
    """Return the conditions of a statement that nobody judges, as they stand behind it."""
    spans = [one.span for one in statement.conditions]
    return "".join(", " + one_line(piece.tex[start:end]) for start, end in spans)
