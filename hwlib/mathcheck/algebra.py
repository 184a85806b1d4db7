r"""Whether a SymPy expression is zero, by a normal form: a fraction of polynomials in generators.

Exponentials, logarithms and trigonometric functions become letters (generators), after everything
that ties them together has been used: $e^{a+b} = e^a e^b$, $\ln|ab| = \ln|a| + \ln|b|$, the
addition theorems, $\sin^2 + \cos^2 = 1$, $\sqrt{u}^2 = u$. What is then left of the numerator is
zero, or not. Nothing here tries its luck with `simplify`; the cost is bounded by the size.
"""

from __future__ import annotations

from typing import Any

import sympy as sp  # type: ignore[import-untyped]

Expr = Any  # sympy.Expr; SymPy has no types
MOST_OPERATIONS = 1500


class TooBig(Exception):  # noqa: N818
    """An expression that would take too long."""


class Normal:
    """Turns expressions into fractions of polynomials; remembers its generators."""

    def __init__(self) -> None:
        self._names: dict[Any, Expr] = {}
        self._meaning: dict[Expr, tuple[str, Expr]] = {}
        self.pairs: list[tuple[Expr, Expr]] = []
        self.roots: list[tuple[Expr, int, Expr]] = []

    def is_zero(self, expression: Expr) -> bool | None:
        """Whether an expression is zero; None if that is not settled by the normal form.

        Raises:
            TooBig: If it is too large to be looked at.
        """
        numerator = self._numerator(self.form(expression))
        for sine, cosine in self.pairs:
            numerator = sp.rem(numerator, sine**2 + cosine**2 - 1, cosine)
        for letter, index, radicand in self.roots:
            over = self._numerator(letter**index - radicand)
            numerator = sp.rem(numerator, over, letter)
        if sp.expand(numerator) == 0:
            return True
        return False if not self._names else None

    def _numerator(self, expression: Expr) -> Expr:
        if sp.count_ops(expression) > MOST_OPERATIONS:
            raise TooBig
        return sp.expand(sp.fraction(sp.together(expression))[0])

    def _letter(self, kind: str, argument: Expr) -> Expr:
        known = self._names.get((kind, argument))
        if known is None:
            known = sp.Symbol(f"_{kind}{len(self._names)}", positive=kind == "exp", real=True)
            self._names[kind, argument] = known
            self._meaning[known] = (kind, argument)
        return known

    def form(self, e: Expr) -> Expr:
        """Return an expression in generators."""
        if e.is_Rational or e.is_Symbol:
            return e
        if e.is_Add:
            return sp.Add(*(self.form(one) for one in e.args))
        if e.is_Mul:
            return sp.Mul(*(self.form(one) for one in e.args))
        if isinstance(e, sp.exp):
            return self._exponential(e.args[0])
        if e is sp.E:
            return self._exponential(sp.Integer(1))
        if e.is_Pow:
            return self._power(*e.as_base_exp())
        if isinstance(e, sp.log):
            return self._logarithm(self.form(e.args[0]))
        if isinstance(e, sp.sin | sp.cos):
            return self._circular(e)
        if isinstance(e, sp.sinh | sp.cosh | sp.tanh):
            return self._hyperbolic(e)
        arguments = [sp.cancel(self.form(one)) for one in e.args] if e.args else []
        return self._letter(type(e).__name__, tuple(arguments) if arguments else e)

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if base is sp.E:
            return self._exponential(exponent)
        if exponent.is_Integer:
            return self.form(base) ** exponent
        if exponent.is_Rational:
            radicand = sp.factor(self.form(base))
            letter = self._root(radicand, int(exponent.q))
            return letter ** int(exponent.p)
        return self._exponential(exponent * sp.log(base))

    def _root(self, radicand: Expr, index: int) -> Expr:
        known = self._names.get(("root", (radicand, index)))
        letter = self._letter("root", (radicand, index))
        if known is None:
            self.roots.append((letter, index, radicand))
        return letter

    def _exponential(self, argument: Expr) -> Expr:
        """Return e to a sum as a product; e to a whole multiple of a logarithm is a power."""
        factors = []
        for term in sp.Add.make_args(sp.expand(argument)):
            count, rest = term.as_coeff_Mul()
            if isinstance(rest, sp.log) and count.is_Rational:
                factors.append(self._power(rest.args[0], count))
            else:
                factors.append(self._plain_exponential(count, rest))
        return sp.Mul(*factors)

    def _plain_exponential(self, count: Expr, rest: Expr) -> Expr:
        formed = sp.expand(self.form(rest))
        terms = sp.Add.make_args(formed)
        if len(terms) > 1 and formed != rest:
            return sp.Mul(*(self._plain_exponential(count, one) for one in terms))
        more, formed = formed.as_coeff_Mul()
        if not (count * more).is_Rational:
            raise TooBig
        return self._letter("exp", formed) ** (count * more)

    def _logarithm(self, argument: Expr) -> Expr:
        """The logarithm of a product of powers, up to signs: a real logarithm's argument is > 0."""
        if argument == 0:
            raise TooBig
        numerator, denominator = sp.fraction(sp.together(argument))
        terms = []
        for part, sign in ((numerator, 1), (denominator, -1)):
            constant, factors = sp.factor_list(part)
            terms.append(sign * self._log_number(abs(constant)))
            terms += [sign * count * self._log_factor(factor) for factor, count in factors]
        return sp.Add(*terms)

    def _log_number(self, value: Expr) -> Expr:
        if not value.is_Rational:
            return self._letter("log", value)
        found = sp.factorrat(value)
        return sp.Add(*(count * self._letter("log", sp.Integer(p)) for p, count in found.items()))

    def _log_factor(self, factor: Expr) -> Expr:
        base, count = factor.as_base_exp()
        kind, meaning = self._meaning.get(base, ("", None))
        if kind == "exp" and count.is_Rational:
            return count * meaning
        if kind == "root" and meaning is not None:
            radicand, index = meaning
            return count * self._logarithm(radicand) / index
        if factor.is_Integer:
            return self._log_number(abs(factor))
        leading = sp.Poly(factor).LC() if factor.free_symbols else factor
        if leading.is_number and leading < 0:
            factor = sp.expand(-factor)
        return self._letter("log", factor)

    def _hyperbolic(self, e: Expr) -> Expr:
        """A hyperbolic function in exponentials."""
        up = self._exponential(e.args[0])
        odd, even = (up - 1 / up) / 2, (up + 1 / up) / 2
        if isinstance(e, sp.tanh):
            return odd / even
        return odd if isinstance(e, sp.sinh) else even

    def _circular(self, e: Expr) -> Expr:
        """Sine and cosine of a sum by the addition theorems; of one term, a pair of generators."""
        expanded = sp.expand_trig(type(e)(sp.expand(e.args[0])))
        if isinstance(expanded, sp.sin | sp.cos):
            return self._pair(expanded)
        return self.form(expanded)

    def _pair(self, e: Expr) -> Expr:
        argument = sp.expand(self.form(e.args[0]))
        known = ("sin", argument) in self._names
        sine, cosine = self._letter("sin", argument), self._letter("cos", argument)
        if not known:
            self.pairs.append((sine, cosine))
        return sine if isinstance(e, sp.sin) else cosine
