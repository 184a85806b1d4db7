"""One look at a claim: all its sides at one point, at one precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathcheck.environment import Env, Frame, Refused, Run, Shared
from hwlib.mathcheck.evaluate import evaluate, holds
from hwlib.mathcheck.evaluate.lookup import canonical
from hwlib.mathcheck.evaluate.numeric import differentiate
from hwlib.mathcheck.indices import Plan, make_plan
from hwlib.mathcheck.kinks import centres, edges, is_kinked, may_jump
from hwlib.mathcheck.real import PointError, Real, digits, mp, real
from hwlib.mathcheck.sampling import EDGES, Point, Range
from hwlib.mathcheck.scope import Definition, View, uses
from hwlib.mathcheck.solve import ranges, solved
from hwlib.mathcheck.values import Matrix, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

Side = Value | PointError | Refused


@dataclass
class Question:
    """Sides to be looked at under conditions, with what is visible at their place.

    Attributes:
        sides: The expressions, dots written out.
        conditions: What restricts the points.
        view: The definitions.
        plan: The integers, worked out from all of the above.
        spread: For each condition the index letter over whose values it is meant, or None.
        ranges: What the conditions say of single variables.
        point: The variable at which functions without an argument are taken.
        antiderivative: The variable of an indefinite integral among the sides, or None.
        kinked: Whether it may change its truth far from zero.
        centres: The numbers that stand in it and in the definitions that it uses.
        edges: The values at which a condition inside of it may change.
        jumps: Whether its sides need not change gradually.
    """

    sides: tuple[Expr, ...]
    conditions: tuple[Condition, ...]
    view: View
    plan: Plan = field(init=False)
    spread: tuple[Expr | None, ...] = field(init=False)
    ranges: dict[Expr, Range] = field(init=False)
    point: Expr = field(init=False)
    antiderivative: Expr | None = field(init=False)
    kinked: bool = field(init=False)
    centres: tuple[Fraction, ...] = field(init=False)
    edges: tuple[Fraction, ...] = field(init=False)
    jumps: bool = field(init=False)
    used: dict[Expr, Definition] = field(init=False)
    shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        roots = [*self.sides, *self.conditions]
        self.used = {}
        for root in roots:
            self.used |= uses(root, self.view)
        self.plan = make_plan(roots, self.used, self.view)
        self.shared = Shared(self.view, self.plan)
        self.spread = tuple(_index_of(condition, self.plan) for condition in self.conditions)
        self.ranges = ranges(self.conditions, self.view)
        self.point = point_variable(roots, self.view)
        self.antiderivative = _antiderivative(self.sides)
        everything = [*roots, *(one.value for one in self.used.values())]
        self.kinked = is_kinked(everything)
        self.centres = centres(everything) if self.kinked else (Fraction(0),)
        self.edges = edges(everything) if self.kinked else ()
        self.jumps = self.kinked and may_jump(everything)


@dataclass
class Look:
    """What was seen at a point.

    Attributes:
        sides: The value of each side, or why it has none.
        seen: The free names and their values.
        error: How uncertain the values are.
        notes: What the badge has to mention.
        sizes: The sizes that were tried for what has no stated size.
        cost: Nodes evaluated.
    """

    sides: list[Side]
    seen: list[tuple[Expr, Fraction]]
    error: Real
    notes: set[str]
    sizes: set[int]
    cost: int


def look(
    question: Question,
    number: int,
    precision: int,
    *,
    sign: int = 1,
    preset: dict[Expr, Fraction] | None = None,
    exact: bool = True,
) -> Look | None:
    """Evaluate all sides at a point; None if the point does not meet the conditions.

    Args:
        question: What to look at.
        number: The point's number.
        precision: Digits.
        sign: The upper (+1) or the lower (-1) of the signs ±.
        preset: Values that were chosen on purpose.
        exact: Whether values that are lost to rounding are refused.
    """
    with digits(precision):
        view = solved(question.conditions, question.view, number)
        special = question.edges if number >= EDGES else question.centres
        point = Point(number, question.plan, view, question.ranges, special, preset or {})
        shared = question.shared if view is question.view else Shared(view, question.plan)
        run = Run(shared, point, exact, sign=sign, point=question.point)
        env = Env(run, Frame())
        if not _admitted(question, env):
            return None
        sides = [_side(side, env, question.antiderivative) for side in question.sides]
        cost = type(run).budget - run.budget
        return Look(sides, [*point.seen.values()], run.error, run.notes, point.sizes_seen, cost)


def _admitted(question: Question, env: Env) -> bool:
    """Whether the conditions hold."""
    try:
        return all(
            holds(condition, place)
            for condition, letter in zip(question.conditions, question.spread, strict=True)
            for place in _every_index(letter, env)
        )
    except PointError:
        return False


def _index_of(condition: Condition, plan: Plan) -> Expr | None:
    """Return the letter of `r_i > 0` or `x^{(i)} > 0`: such a condition is meant for every i."""
    found = {one.name: one.role for one in names.occurrences(condition)}
    letters = [name for name, role in found.items() if role == "index" and name in plan.indices]
    components = any(isinstance(n, ast.Subscript) or names.layer_of(n) for n in found)
    return letters[0] if len(letters) == 1 and components else None


def _every_index(letter: Expr | None, env: Env) -> list[Env]:
    if letter is None:
        return [env]
    size = env.run.source.size(env.run.plan.indices[letter])
    return [env.bind({names.key(letter): real(index + 1)}) for index in range(size)]


def _side(side: Expr, env: Env, antiderivative: Expr | None) -> Side:
    if isinstance(side, ast.Infinity):
        return mp.inf
    if isinstance(side, ast.Negative) and isinstance(side.operand, ast.Infinity):
        return -mp.inf
    try:
        if antiderivative is not None:
            return _slope(side, env, antiderivative)
        return evaluate(side, env)
    except (PointError, Refused) as error:
        return error
    except (ArithmeticError, ValueError):  # mpmath's own: no convergence, a pole
        return PointError()
    except RecursionError:
        return Refused("undecided", "too deeply nested to be computed", side.span)


def _slope(side: Expr, env: Env, variable: Expr) -> Value:
    """Return a side's derivative: antiderivatives are equal but for a constant."""
    run = Run(env.run.shared, env.run.source, sign=env.run.sign, point=env.run.point)
    run.anchor = Env(run, env.frame)
    inner = Env(run, env.frame)
    name = canonical(variable, inner)
    value = differentiate(
        lambda x: evaluate(side, inner.override(name, x)), evaluate(variable, inner)
    )
    env.run.notes |= run.notes | {"antiderivative"}
    env.run.error = max(env.run.error, run.error)
    return value


def _antiderivative(sides: Sequence[Expr]) -> Expr | None:
    """Return the variable by which sides with indefinite integrals are compared."""
    found = [
        node.variable
        for side in sides
        for node in ast.walk(side)
        if isinstance(node, ast.Integral) and node.lower is None
    ]
    return found[0] if found else None


def point_variable(roots: Sequence[ast.Node], view: View) -> Expr:
    r"""Return the variable that functions without an argument are taken at.

    That is the variable of a derivative of them (`\frac{df}{dx}`), else the argument's name in
    their definition, else one for all of them that is written nowhere.

    Raises:
        Refused: If there is more than one.
    """
    bare: list[Expr] = []
    by: list[Expr] = []
    for root in roots:
        for node in ast.walk(root):
            if isinstance(node, ast.Derivative) and _has_bare(node.operand, view):
                by += [one.variable for one in node.by]
        bare += [
            one.name
            for one in names.occurrences(root)
            if one.role == "value" and view.is_function(one.name)
        ]
    if not bare:
        return names.POINT
    candidates = by or [parameter for name in bare for parameter in _parameters(name, view)]
    distinct = list(dict.fromkeys(candidates))
    if len(distinct) > 1:
        raise Refused("ambiguous", "write the arguments of these functions", bare[0].span)
    return distinct[0] if distinct else names.POINT


def _has_bare(node: Expr, view: View) -> bool:
    return any(
        one.role == "value" and view.is_function(one.name) for one in names.occurrences(node)
    )


def _parameters(name: Expr, view: View) -> tuple[Expr, ...]:
    definition = view.find(name)
    return definition.parameters if definition is not None else ()


def entries(value: Value) -> tuple[Real, ...]:
    """Return the numbers of a value, one or many."""
    return value.entries if isinstance(value, Matrix) else (value,)
