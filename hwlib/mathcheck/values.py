"""Values: a real number, or a matrix of them (a vector is a matrix with one column)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hwlib.mathcheck import functions
from hwlib.mathcheck.real import Absorbed, NotReal, Real, mp, precision, raw

_BITS = 3.3219  # of a decimal digit
_LARGEST = 6  # rows of a determinant; the size at every eighth point


class ShapeError(Exception):
    """Two shapes that do not go together; the message says which."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of reals, all of one length. Shape (n, 1) is a vector."""

    rows: tuple[tuple[Real, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def entries(self) -> tuple[Real, ...]:
        """All entries, row by row."""
        return tuple(entry for row in self.rows for entry in row)

    @property
    def is_vector(self) -> bool:
        """Whether it is one column."""
        return len(self.rows[0]) == 1

    def map(self, function: Callable[[Real], Real]) -> Matrix:
        """Apply a function to each entry."""
        return Matrix(tuple(tuple(function(entry) for entry in row) for row in self.rows))

    def zip(self, other: Matrix, function: Callable[[Real, Real], Real]) -> Matrix:
        """Combine entry by entry."""
        if self.shape != other.shape:
            raise ShapeError(f"shapes {show_shape(self)} and {show_shape(other)} differ")
        pairs = zip(self.rows, other.rows, strict=True)
        return Matrix(
            tuple(tuple(map(function, one, two)) for one, two in pairs),
        )


Value = Real | Matrix


def vector(entries: tuple[Real, ...]) -> Matrix:
    """Return one column."""
    return Matrix(tuple((entry,) for entry in entries))


def show_shape(value: Value) -> str:
    """Return "2 x 3", or "a number"."""
    return f"{value.shape[0]} x {value.shape[1]}" if isinstance(value, Matrix) else "a number"


def scalar(value: Value, what: str = "this operation") -> Real:
    """Return a value that must be a number.

    Raises:
        ShapeError: If it is a vector or a matrix of more than one entry.
    """
    if isinstance(value, Matrix):
        if value.shape != (1, 1):
            raise ShapeError(f"{what} needs a number; got {show_shape(value)}")
        return value.rows[0][0]
    return value


def add(terms: list[Value], *, exact: bool) -> Value:
    """Return the sum of values of one shape.

    Raises:
        Absorbed: If `exact` and a term is lost beside a larger one.
    """
    shaped = sum(isinstance(term, Matrix) for term in terms)
    if not shaped:
        return _add_reals(terms, exact)
    if shaped < len(terms):
        shapes = " and ".join(sorted({show_shape(term) for term in terms}))
        ones = "; c \\mathbf 1 has c in every entry" if "number" in shapes else ""
        raise ShapeError(f"cannot add {shapes}{ones}")
    total: Matrix = terms[0]
    for term in terms[1:]:
        total = total.zip(term, lambda a, b: _add_reals([a, b], exact))
    return total


def _add_reals(terms: list[Real], exact: bool) -> Real:
    if exact:
        sizes = [exponent + bits for _, mantissa, exponent, bits in map(raw, terms) if mantissa]
        if sizes and max(sizes) - min(sizes) > _BITS * (precision() - 8):
            raise Absorbed
    return functions.total(terms)


def negative(value: Value) -> Value:
    """Return minus the value."""
    return value.map(lambda x: -x) if isinstance(value, Matrix) else -value


def multiply(left: Value, right: Value, operator: str) -> Value:
    r"""Return the product that the sign and the shapes ask for.

    Side by side and `\cdot`: scalars scale, matrices multiply, `\cdot` of two vectors is their
    dot product. `\odot` goes entry by entry, `\times` of two vectors with three entries is the
    cross product. `\langle` of two vectors is their inner product, of two numbers a vector.

    Raises:
        ShapeError: If the shapes have no such product.
    """
    if operator == "\\langle":
        return _angle(left, right)
    if not isinstance(left, Matrix):
        return right.map(lambda x: left * x) if isinstance(right, Matrix) else left * right
    if not isinstance(right, Matrix):
        return left.map(lambda x: x * right)
    if operator == "\\odot":
        return left.zip(right, lambda a, b: a * b)
    if operator in ("\\cdot", "\\times") and left.is_vector and right.is_vector:
        return _dot(left, right) if operator == "\\cdot" else _cross(left, right)
    if operator == "\\otimes" and left.is_vector and right.is_vector:
        return matrix_product(left, transpose(right))
    if operator not in ("", "\\cdot"):
        raise ShapeError(f"{operator} of {show_shape(left)} and {show_shape(right)} has no meaning")
    return collapse(matrix_product(left, right))


def collapse(value: Matrix) -> Value:
    """Return a matrix of one entry as a number."""
    return value.rows[0][0] if value.shape == (1, 1) else value


def _dot(left: Matrix, right: Matrix) -> Real:
    return functions.total(list(left.zip(right, lambda a, b: a * b).entries))


def _angle(left: Value, right: Value) -> Value:
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        return _dot(left, right)
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        raise ShapeError("an inner product needs two vectors; their letters are bold, \\mathbf x")
    return vector((left, right))


def _cross(left: Matrix, right: Matrix) -> Matrix:
    if left.shape != (3, 1) or right.shape != (3, 1):
        raise ShapeError("the cross product needs two vectors with three entries")
    (a, b, c), (x, y, z) = left.entries, right.entries
    return vector((b * z - c * y, c * x - a * z, a * y - b * x))


def matrix_product(left: Matrix, right: Matrix) -> Matrix:
    """Return the matrix product."""
    if left.shape[1] != right.shape[0]:
        raise ShapeError(f"cannot multiply {show_shape(left)} by {show_shape(right)}")
    columns = list(zip(*right.rows, strict=True))
    return Matrix(
        tuple(
            tuple(
                functions.total([a * b for a, b in zip(row, column, strict=True)])
                for column in columns
            )
            for row in left.rows
        )
    )


def transpose(value: Value) -> Value:
    """Return the transpose; a number is its own."""
    return Matrix(tuple(zip(*value.rows, strict=True))) if isinstance(value, Matrix) else value


def identity(size: int) -> Matrix:
    """Return the identity matrix."""
    return Matrix(tuple(tuple(mp.mpf(i == j) for j in range(size)) for i in range(size)))


def determinant(value: Value) -> Real:
    """Return the determinant of a square matrix, by expansion along the first row."""
    if not isinstance(value, Matrix):
        return value
    rows, columns = value.shape
    if rows != columns or rows > _LARGEST:
        raise ShapeError(f"a determinant needs a small square matrix; got {show_shape(value)}")
    if rows == 1:
        return value.rows[0][0]
    return functions.total(
        [(-1) ** j * value.rows[0][j] * determinant(_minor(value, 0, j)) for j in range(columns)]
    )


def _minor(value: Matrix, i: int, j: int) -> Matrix:
    rows = [row for index, row in enumerate(value.rows) if index != i]
    return Matrix(tuple(row[:j] + row[j + 1 :] for row in rows))


def inverse(value: Matrix) -> Matrix:
    """Return the inverse matrix, by cofactors."""
    size = determinant(value)
    if size == 0:
        raise NotReal
    n = value.shape[0]
    if n == 1:
        return Matrix(((1 / value.rows[0][0],),))
    return Matrix(
        tuple(
            tuple((-1) ** (i + j) * determinant(_minor(value, j, i)) / size for j in range(n))
            for i in range(n)
        )
    )


def matrix_power(value: Matrix, exponent: int) -> Matrix:
    """Return an integer power of a square matrix."""
    if value.shape[0] != value.shape[1]:
        raise ShapeError(f"a power needs a square matrix; got {show_shape(value)}")
    if abs(exponent) > 64:
        raise ShapeError("a power of a matrix may be at most 64")
    base = inverse(value) if exponent < 0 else value
    result = identity(value.shape[0])
    for _ in range(abs(exponent)):
        result = matrix_product(result, base)
    return result


def trace(value: Value) -> Real:
    """Return the sum of the diagonal."""
    if not isinstance(value, Matrix):
        return value
    if value.shape[0] != value.shape[1]:
        raise ShapeError(f"a trace needs a square matrix; got {show_shape(value)}")
    return functions.total([row[i] for i, row in enumerate(value.rows)])


def diagonal(value: Value) -> Value:
    """Return the diagonal matrix of a vector."""
    if not isinstance(value, Matrix):
        return value
    if not value.is_vector:
        raise ShapeError(f"diag needs a vector; got {show_shape(value)}")
    entries = value.entries
    zero = mp.mpf(0)
    return Matrix(
        tuple(
            tuple(entry if i == j else zero for j in range(len(entries)))
            for i, entry in enumerate(entries)
        )
    )


def norm(value: Value, order: Real | None) -> Real:
    """Return the norm of a vector; `order` None is 2, infinity the largest entry."""
    if not isinstance(value, Matrix):
        raise ShapeError("a norm needs a vector, whose letter is bold; |x| is a number's size")
    if not value.is_vector:
        raise ShapeError(f"a norm needs a vector; got {show_shape(value)}")
    entries = value.entries
    if order is None or order == 2:
        return functions.root(functions.total([x * x for x in entries]), mp.mpf(2))
    sizes = [abs(x) for x in entries]
    if mp.isinf(order):
        return max(sizes)
    return functions.power(functions.total([functions.power(x, order) for x in sizes]), 1 / order)
