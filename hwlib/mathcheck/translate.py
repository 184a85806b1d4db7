"""From the tree to SymPy, definitions written out; what has no plain meaning there is refused.

Only what holds for every value of the free names is translated: a size that is free, an integral,
a limit, cases and absolute values stay with the referee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp  # type: ignore[import-untyped]

from hwlib.mathcheck import names
from hwlib.mathcheck.names import key
from hwlib.mathcheck.scope import Definition, View, definition_of
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

Symbolic = Any  # sympy.Expr or sympy.Matrix


_LARGEST_POWER = 60
_PLACE = sp.Dummy("t", real=True)  # where primes are taken; one for all, so that SymPy remembers


class Untranslated(Exception):  # noqa: N818
    """Something that the second judge does not hear."""


_FUNCTIONS: dict[str, Callable[[Symbolic], Symbolic]] = {
    "exp": sp.exp,
    "ln": sp.log,
    "log": sp.log,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": lambda u: sp.sin(u) / sp.cos(u),
    "arctan": sp.atan,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "sech": lambda u: 1 / sp.cosh(u),
}


@dataclass(frozen=True)
class Translator:
    """Translates expressions at one place.

    Attributes:
        view: The definitions.
        bound: What bound names stand for, by key.
        held: Names that a derivative holds as they are.
    """

    view: View
    bound: dict[str, Symbolic] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    def __call__(self, node: Expr) -> Symbolic:
        """Return an expression in SymPy.

        Raises:
            Untranslated: If it has no plain meaning there.
        """
        rule = _RULES.get(type(node))
        if rule is None:
            raise Untranslated(type(node).__name__)
        return rule(self, node)

    def scalar(self, node: Expr) -> Symbolic:
        """Return an expression that must be a number."""
        found = self(node)
        if isinstance(found, sp.MatrixBase):
            raise Untranslated("a matrix where a number is needed")
        return found

    def integer(self, node: Expr) -> int:
        """Return a number that must be whole and known."""
        found = self.scalar(node)
        if not found.is_Integer:
            raise Untranslated("an index that is not known")
        return int(found)

    def inside(self, bound: dict[str, Symbolic]) -> Translator:
        """Return the inside of a definition."""
        return replace(self, bound=bound)


def _number(_: Translator, node: ast.Number) -> Symbolic:
    return sp.Rational(node.value.numerator, node.value.denominator)


def _add(at: Translator, node: ast.Add) -> Symbolic:
    terms = [at(term) for term in node.terms]
    total = terms[0]
    for term in terms[1:]:
        if isinstance(term, sp.MatrixBase) != isinstance(total, sp.MatrixBase):
            raise Untranslated("a sum of two shapes")
        total = total + term
    return total


def _multiply(at: Translator, node: ast.Multiply) -> Symbolic:
    if not set(node.operators) <= {"", "\\cdot", "\\times"}:
        raise Untranslated("a special product")
    result = at(node.factors[0])
    for operator, factor in zip(node.operators, node.factors[1:], strict=True):
        value = at(factor)
        matrices = isinstance(result, sp.MatrixBase) and isinstance(value, sp.MatrixBase)
        if matrices and (operator or result.shape[1] != value.shape[0]):
            raise Untranslated("a product of vectors")
        result = result * value
        if isinstance(result, sp.MatrixBase) and result.shape == (1, 1):
            result = result[0, 0]
    return result


def _power(at: Translator, node: ast.Power) -> Symbolic:
    if names.is_e(node.base) and key(node.base) not in at.bound:
        return sp.exp(at.scalar(node.exponent))
    base, exponent = at.scalar(node.base), at.scalar(node.exponent)
    if exponent.is_number and abs(sp.N(exponent, 5)) > _LARGEST_POWER:
        raise Untranslated("a large power")
    return base**exponent


def _root(at: Translator, node: ast.Root) -> Symbolic:
    index = 2 if node.index is None else at.integer(node.index)
    if index not in (2, 4):
        raise Untranslated("an odd root")
    return at.scalar(node.operand) ** sp.Rational(1, index)


def _matrix(at: Translator, node: ast.Matrix) -> Symbolic:
    return sp.Matrix([[at.scalar(one) for one in row] for row in node.rows])


def _tuple(at: Translator, node: ast.Tuple) -> Symbolic:
    return sp.Matrix([at.scalar(one) for one in node.items])


def _transpose(at: Translator, node: ast.Transpose) -> Symbolic:
    found = at(node.operand)
    return found.T if isinstance(found, sp.MatrixBase) else found


# --- names ----------------------------------------------------------------------------------------


def _fixed(at: Translator, name: Expr) -> Expr:
    """Return a name with its index letters replaced by known numbers."""
    if isinstance(name, ast.Subscript):
        return replace(
            name,
            base=_fixed(at, name.base),
            indices=tuple(_index(at, one) for one in name.indices),
        )
    if isinstance(name, ast.Marked) and name.index is not None:
        return replace(name, base=_fixed(at, name.base), index=_mark(at, name.index))
    return name


def _index(at: Translator, index: Expr) -> Expr:
    if isinstance(index, ast.Label | ast.Number):
        return index
    return names.number(at.integer(index))


def _mark(at: Translator, index: Expr) -> Expr:
    return _index(at, index) if key(index) in at.bound else index


def _name(at: Translator, node: Expr) -> Symbolic:
    if not names.is_name(node):
        raise Untranslated("a component")
    name = _fixed(at, node)
    text = key(name)
    if text in at.bound:
        return at.bound[text]
    if names.is_delta(name) and definition_of(name, at.view) is None:
        return _delta(at, name)
    if isinstance(name, ast.Subscript):
        return _component(at, name)
    return _value(at, name)


def _delta(at: Translator, name: Expr) -> Symbolic:
    assert isinstance(name, ast.Subscript)
    one, two = (at.integer(index) for index in name.indices)
    return sp.Integer(one == two)


def _component(at: Translator, name: ast.Subscript) -> Symbolic:
    for base in (key(name.base), key(names.bold(name.base))):
        if isinstance(at.bound.get(base), sp.MatrixBase):
            place = [int(one.value) - 1 for one in name.indices if isinstance(one, ast.Number)]
            matrix = at.bound[base]
            if len(place) != 1 or matrix.shape[1] != 1 or not 0 <= place[0] < matrix.shape[0]:
                raise Untranslated("a component")
            return matrix[place[0], 0]
    return _value(at, names.plain(name))


def _value(at: Translator, name: Expr) -> Symbolic:
    text = key(name)
    if text in at.held:
        return sp.Symbol(text, real=True)
    if isinstance(name, ast.Symbol) and names.is_constant(name):
        return sp.E if name.name == "e" else sp.pi
    if isinstance(name, ast.Opaque) and at.bound:
        raise Untranslated("a name that may hold what is bound")
    definition = definition_of(name, at.view)
    if definition is None:
        return _free(at, name, text)
    if definition.is_function or (isinstance(name, ast.Opaque) and definition.indices):
        raise Untranslated("a function without its argument")
    if definition.indices and isinstance(name, ast.Subscript):
        numbers = [
            sp.Integer(one.value.numerator) for one in name.indices if isinstance(one, ast.Number)
        ]
        bound = dict(zip(map(key, definition.indices), numbers, strict=True))
        return at.inside(bound)(definition.value)
    if definition.indices or definition.key != name:
        raise Untranslated("a vector")
    return at.inside({})(definition.value)


def _free(at: Translator, name: Expr, text: str) -> Symbolic:
    if names.is_bold(name) or name in at.view.declared or names.built_in(name):
        raise Untranslated("a vector of unknown size")
    if isinstance(name, ast.Symbol) and name.font == "bb":
        raise Untranslated("a set")
    if names.is_slice(name):
        raise Untranslated("several entries")
    return sp.Symbol(text, real=True)


# --- functions ------------------------------------------------------------------------------------


def _call(at: Translator, node: ast.Call) -> Symbolic:
    arguments = [at(one) for one in node.arguments]
    return _apply(at, node.function, arguments)


def _apply(at: Translator, function: Expr, arguments: list[Symbolic]) -> Symbolic:
    definition = at.view.find(function)
    if definition is not None:
        return _defined(at, definition, arguments)
    if any(isinstance(one, sp.MatrixBase) for one in arguments):
        raise Untranslated("a function of a vector")
    if function in at.view.declared:
        return sp.Function(f"f {key(function)}")(*arguments)
    name = names.built_in(function)
    if name in _FUNCTIONS and len(arguments) == 1:
        return _FUNCTIONS[name](arguments[0])
    if isinstance(function, ast.Prime) and len(arguments) == 1:
        return _prime(at, function.base, function.order, arguments[0])
    raise Untranslated("this function")


def _defined(at: Translator, definition: Definition, arguments: list[Symbolic]) -> Symbolic:
    if definition.indices or len(arguments) != len(definition.parameters):
        raise Untranslated("a function with an index")
    for argument, vector in zip(arguments, definition.vectors, strict=True):
        if isinstance(argument, sp.MatrixBase) != vector:
            raise Untranslated("a function of a vector")
    bound = dict(zip(map(key, definition.parameters), arguments, strict=True))
    return at.inside(bound)(definition.value)


def _prime(at: Translator, function: Expr, order: int, argument: Symbolic) -> Symbolic:
    slope = sp.diff(_pointwise(at, function, _PLACE), _PLACE, order)
    return slope.subs(_PLACE, argument).doit()


def _pointwise(at: Translator, function: Expr, place: Symbolic) -> Symbolic:
    if names.is_name(function):
        return _apply(at, function, [place])
    if isinstance(function, ast.Add):
        return sp.Add(*(_pointwise(at, one, place) for one in function.terms))
    if isinstance(function, ast.Multiply):
        return sp.Mul(*(_pointwise(at, one, place) for one in function.factors))
    if isinstance(function, ast.Divide):
        over = _pointwise(at, function.denominator, place)
        return _pointwise(at, function.numerator, place) / over
    raise Untranslated("an expression in functions")


# --- calculus -------------------------------------------------------------------------------------


def _derivative(at: Translator, node: ast.Derivative) -> Symbolic:
    """Hold the variable, differentiate what depends on it, put its own meaning back."""
    if names.is_name(node.operand) and at.view.is_function(node.operand):
        raise Untranslated("a function without its argument")
    variables = [(_fixed(at, by.variable), at.integer(by.order)) for by in node.by]
    texts = [key(names.plain(name)) for name, _ in variables]
    symbols = [sp.Symbol(text, real=True) for text in texts]
    kept = {text: value for text, value in at.bound.items() if text not in texts}
    inner = replace(at, held=at.held | set(texts), bound=kept)
    result = inner(node.operand)
    for symbol, (_, order) in zip(symbols, variables, strict=True):
        result = sp.diff(result, symbol, order)
    meanings = [
        (symbol, at.scalar(name)) for symbol, (name, _) in zip(symbols, variables, strict=True)
    ]
    moved = [(symbol, value) for symbol, value in meanings if symbol != value]
    return result.subs(moved, simultaneous=True).doit() if moved else result


def _evaluated(at: Translator, node: ast.Evaluated) -> Symbolic:
    texts = [key(_fixed(at, name)) for name, _ in node.at]
    inner = replace(at, held=at.held | set(texts))
    symbols = [sp.Symbol(text, real=True) for text in texts]
    values = [at.scalar(value) for _, value in node.at]
    pairs = list(zip(symbols, values, strict=True))
    return inner.scalar(node.operand).subs(pairs, simultaneous=True)


def _reduction(at: Translator, node: ast.Reduction) -> Symbolic:
    plain = len(node.indices) == 1 and not node.conditions and node.kind in ("sum", "prod")
    if not plain or node.lower is None or node.upper is None:
        raise Untranslated("a sum without bounds")
    low, high = at.integer(node.lower), at.integer(node.upper)
    if high - low > 12:
        raise Untranslated("a long sum")
    letter = key(node.indices[0])
    terms = [
        replace(at, bound={**at.bound, letter: sp.Integer(index)}).scalar(node.body)
        for index in range(low, high + 1)
    ]
    return sp.Add(*terms) if node.kind == "sum" else sp.Mul(*terms)


_RULES: dict[type[ast.Node], Callable[[Translator, Any], Symbolic]] = {
    ast.Number: _number,
    ast.Symbol: _name,
    ast.Subscript: _name,
    ast.Marked: _name,
    ast.Opaque: _name,
    ast.Add: _add,
    ast.Negative: lambda at, node: -at(node.operand),
    ast.Multiply: _multiply,
    ast.Divide: lambda at, node: at(node.numerator) / at.scalar(node.denominator),
    ast.Power: _power,
    ast.Root: _root,
    ast.Logarithm: lambda at, node: sp.log(at.scalar(node.argument)) / sp.log(at.scalar(node.base)),
    ast.Matrix: _matrix,
    ast.Tuple: _tuple,
    ast.Transpose: _transpose,
    ast.Call: _call,
    ast.Derivative: _derivative,
    ast.Evaluated: _evaluated,
    ast.Reduction: _reduction,
}
