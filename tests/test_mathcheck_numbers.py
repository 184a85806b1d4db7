"""The referee's numbers: dual numbers against differences, real domains, what rounding hides."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mathcheck_page import check, verdicts

from hwlib.mathcheck import functions, real
from hwlib.mathcheck.dual import Dual, new_tag, parts
from hwlib.mathcheck.evaluate import numeric
from hwlib.mathcheck.real import Absorbed, NotReal, TooLarge, digits, mp

SMOOTH = sorted(functions._SMOOTH)


def inside(name, x):
    """Move a number into a function's domain."""
    shape = functions._SMOOTH[name]
    if shape.low == -1:
        return mp.tanh(x) * mp.mpf("0.9")
    if shape.low is not None:
        return shape.low + abs(x) + mp.mpf("0.1")
    return x


def slope(function, x):
    with new_tag() as tag:
        return parts(function(Dual(tag, x, mp.mpf(1))), tag)[1]


def agree(one, two):
    return abs(one - two) <= mp.mpf(10) ** -40 * max(1, abs(one))


# --------------------------------------------------------------------------------- dual numbers


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("value", ["-1.7", "0.3", "2.2"])
def test_slopes_agree_with_differences(name, value):
    with digits(50):
        x = inside(name, mp.mpf(value))
        assert agree(
            slope(lambda t: functions.call(name, t), x),
            numeric.by_differences(lambda t: functions.call(name, t), x),
        )


def test_the_comparison_of_slopes_would_notice():
    with digits(50):
        x = mp.mpf("0.3")
        assert not agree(slope(lambda t: functions.call("sin", t), x), mp.cos(x) + mp.mpf(10) ** -9)


@pytest.mark.parametrize("name", ["sec", "csc", "cot", "sech", "csch", "coth"])
def test_reciprocals_have_slopes_too(name):
    with digits(50):
        x = mp.mpf("0.7")
        assert agree(
            slope(lambda t: functions.call(name, t), x),
            numeric.by_differences(lambda t: functions.call(name, t), x),
        )


NUMBERS = st.integers(-40, 40).filter(bool).map(lambda n: Fraction(n, 8))


@settings(max_examples=60, derandomize=True)
@given(a=NUMBERS, b=NUMBERS, x=NUMBERS)
def test_any_slope_of_any_order_agrees_with_differences(a, b, x):
    def function(t):
        up = real.real(a) * t * t + real.real(b)
        return functions.call("sin", up) * t / (1 + t * t) - functions.power(1 + t * t, t / 3)

    with digits(50):
        for order in (1, 2, 3):
            place = real.real(x)
            assert agree(
                numeric.differentiate(function, place, order),
                numeric.by_differences(function, place, order),
            )


def test_slopes_of_slopes_are_kept_apart():
    """d/dx (x · d/dy (x + y)) is 1, not 2: the confusion that dual numbers are known for."""
    with digits(30):
        found = numeric.differentiate(
            lambda x: x * numeric.differentiate(lambda y: x + y, mp.mpf(1)), mp.mpf(1)
        )
        assert found == 1


@pytest.mark.parametrize("function", [abs, lambda t: numeric.extremum([t, -t], largest=True)])
def test_a_kink_has_no_slope(function):
    with digits(30), pytest.raises(NotReal):
        slope(function, mp.mpf(0))


# ------------------------------------------------------------------------------- real functions


@pytest.mark.parametrize(
    ("name", "x"),
    [("ln", 0), ("ln", -1), ("arcsin", 2), ("artanh", 1), ("arcosh", 0), ("\\Gamma", -1)],
)
def test_outside_the_domain_nothing_is_real(name, x):
    with pytest.raises(NotReal):
        functions.call(name, mp.mpf(x))


def test_powers_are_real():
    with digits(50):
        assert functions.power(mp.mpf(-2), mp.mpf(3)) == -8
        assert functions.power(mp.mpf(0), mp.mpf(0)) == 1
        assert agree(functions.root(mp.mpf(-8), mp.mpf(3)), mp.mpf(-2))
    for base, exponent in ((-2, "0.5"), (0, -1)):
        with pytest.raises(NotReal):
            functions.power(mp.mpf(base), mp.mpf(exponent))


def test_what_is_out_of_reach_says_so():
    with pytest.raises(TooLarge):
        functions.power(mp.mpf(9), mp.mpf(9) ** mp.mpf(999))
    with pytest.raises(TooLarge):
        functions.call("exp", mp.mpf(2) ** 300)


@pytest.mark.parametrize(("name", "x"), [("tanh", 400), ("cos", "1e-30"), ("exp", "1e-60")])
def test_values_that_rounding_has_flattened_are_refused(name, x):
    with digits(50), pytest.raises(Absorbed):
        functions.call(name, mp.mpf(x), exact=True)


def test_cosine_at_a_multiple_of_pi_is_no_such_value():
    with digits(50):
        assert functions.call("cos", mp.pi * 2, exact=True) == 1


# --------------------------------------------------------------------------------- calculus


@pytest.mark.parametrize(
    ("function", "low", "high", "value"),
    [
        (lambda t: t * t, 0, 1, Fraction(1, 3)),
        (lambda t: 1 / (1 + t * t), 0, "inf", None),
        (lambda t: functions.call("exp", -t * t), "-inf", "inf", None),
    ],
)
def test_integrals_come_with_an_error(function, low, high, value):
    with digits(50):
        found, error = numeric.integrate(function, mp.mpf(low), mp.mpf(high))
        wanted = {"inf": mp.pi / 2}.get(high) if low != "-inf" else mp.sqrt(mp.pi)
        wanted = real.real(value) if value is not None else wanted
        assert abs(found - wanted) <= 10 * error <= mp.mpf(10) ** -15


def test_zeros_have_slopes():
    """The x with x³ = a has the slope 1 / (3 x²) by a, and it all again for the second."""
    with digits(50):

        def cube_root(a):
            def difference(x):
                return x * x * x - a

            return numeric.zero(difference, numeric.brackets(difference)[0])

        a = mp.mpf(5)
        assert agree(cube_root(a), mp.cbrt(a))
        assert agree(numeric.differentiate(cube_root, a), 1 / (3 * mp.cbrt(a) ** 2))
        assert agree(numeric.differentiate(cube_root, a, 2), -2 / (9 * mp.cbrt(a) ** 5))


# --------------------------------------------------------------------------------- the referee


def test_the_counterexample_is_simple_and_told_with_both_sides():
    (one,) = check("$$x^2 = x$$\n")
    assert (one.verdict, one.left, one.right, one.point) == ("false", "4", "2", (("x", "2"),))


def test_a_difference_that_six_digits_do_not_show_is_shown():
    (one,) = check("$$\\pi = 3.141592653589$$\n")
    assert one.verdict == "false"
    assert one.left != one.right


def test_sizes_that_were_tried_are_told():
    (one,) = check("$$\\sum_{k=1}^{K} (a_k + b_k) = \\sum_{k=1}^{K} a_k + \\sum_{k=1}^{K} b_k$$\n")
    assert (one.verdict, one.reason) == ("checked", "for K = 2, 3, 4, 6")


def test_random_functions_are_told():
    (one,) = check("$$\n% functions: f, g\n(f(x) + g(x))' = f'(x) + g'(x)\n$$\n")
    assert (one.verdict, one.reason) == ("checked", "for random smooth functions f, g")


def test_a_matrix_is_compared_by_entries():
    matrix = "\\begin{pmatrix} 1 & 2 \\\\ 3 & %d \\end{pmatrix}"
    (one,) = check(f"$${matrix % 4} = {matrix % 5}$$")
    assert (one.verdict, one.left, one.right) == ("false", "(1, 2; 3, 4)", "(1, 2; 3, 5)")


def test_the_same_input_gives_the_same_results():
    text = (
        "$$\\sin(x + y) = \\sin x + \\sin y$$\n\n$$\\int_0^x t \\, dt = x^2$$\n\n$$x^2 \\ge 0$$\n"
    )
    assert check(text) == check(text)


@pytest.mark.parametrize(
    "tex",
    [
        "9^{9^{9^9}} = 1",
        "x^{9^{9^9}} = x",
        "\\sum_{k=1}^{1000000000} k = 1",
        "\\sum_{i=1}^{900}\\sum_{j=1}^{900}\\sum_{k=1}^{900} x_i x_j x_k = 0",
        "(10^9)! = 1",
        "\\frac{d^{100}}{dx^{100}} \\sin x = \\sin x",
        "\\sum_{n=1}^{\\infty} \\frac{1}{n} = 1",
        "10^{10^{10}} = 10^{10^{10}} + 1",
        "\\int_0^1 \\int_0^1 \\int_0^1 e^{x y z} \\, dx \\, dy \\, dz = 1",
        "{" * 300 + "x" + "}" * 300 + " = 1",
    ],
)
def test_hostile_claims_end_soon_and_do_not_pass(tex):
    assert not {"proved", "checked", "numeric", "sampled"} & set(verdicts(f"$${tex}$$\n"))
