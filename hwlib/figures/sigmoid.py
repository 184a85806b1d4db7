"""Figures of Task 3: the sigmoid and its slopes, saturation, overflow, and finite differences."""

from collections.abc import Sequence

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]

from hwlib import reference
from hwlib._inputs import Array
from hwlib.activations import sigmoid as sigmoid_of
from hwlib.activations import sigmoid_curvature, sigmoid_slope
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Plot,
    canvas,
    label,
)
from hwlib.tables.table import fixed, significant_tex


def sigmoid_and_slope(z_max: float = 6.0) -> Plot:
    """Draw σ with its tangents at three points, and below it the slope, with the same points."""
    x = np.linspace(-z_max, z_max, 241)
    value, slope = sigmoid_of(x), sigmoid_slope(x)
    points = [(-3.0, BLUE, "s"), (0.0, VERMILLION, "o"), (2.0, GREEN, "^")]

    figure, (above, below) = canvas(rows=2, height=4.6)
    above.plot(x, value, color=INK)
    below.plot(x, slope, color=INK)
    for point, colour, marker in points:
        height, rise = float(sigmoid_of(point)), float(sigmoid_slope(point))
        reach = np.array([-1.5, 1.5])
        above.plot(point + reach, height + rise * reach, color=colour, linewidth=1.2)
        above.plot(point, height, marker, color=colour)
        below.plot([point, point], [0.0, rise], color=colour, linewidth=1, linestyle=(0, (4, 2)))
        below.plot(point, rise, marker, color=colour)
        side, align = ((9, 2), "left") if point >= 0 else ((-9, 2), "right")
        label(below, fixed(rise, 4), (point, rise), colour, shift=side, align=align)
    label(above, r"$\sigma(x)$", (4.4, 0.99), INK, shift=(0, -13))
    label(below, r"$\sigma'(x)$", (1.0, float(sigmoid_slope(1.0))), INK, (8, 5), "left")

    above.set(xlim=(-z_max, z_max), ylim=(-0.04, 1.04), ylabel="value")
    below.set(xlim=(-z_max, z_max), ylim=(-0.01, 0.275), xlabel="$x$", ylabel="slope")
    rises = [significant_tex(float(sigmoid_slope(point)), 3) for point, _, _ in points]
    return Plot(
        figure,
        {"x": x, "sigmoid": value, "slope": slope},
        title="The sigmoid and its slope",
        description=(
            "Two panels over the same horizontal axis. Above, the sigmoid rises from 0 on the left "
            "to 1 on the right in the shape of an S, with short tangents at three points. Below, "
            "its slope is a symmetric bell with its top of one quarter at zero, and the slopes of "
            "the three tangents are marked on it."
        ),
        caption=(
            "The sigmoid (above) and its slope (below). The slopes of the three short tangents "
            f"are ${rises[0]}$ (square), ${rises[1]}$ (disc) and ${rises[2]}$ (triangle), and "
            "these are the heights of the marked points below. The slope is symmetric, highest "
            "in the middle, and dies away on both sides."
        ),
    )


def slope_over_value() -> Plot:
    """Draw the slope as a function of the value, a parabola, with equally spaced scores on it."""
    value = np.linspace(0.0, 1.0, 121)
    slope = value * (1.0 - value)
    scores = np.arange(-4.0, 5.0)
    at, rise = sigmoid_of(scores), sigmoid_slope(scores)

    figure, axes = canvas(height=3.2)
    axes.plot(value, slope, color=BLUE)
    axes.axhline(0.25, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(at, rise, "o", color=VERMILLION)
    for score, s, r in zip(scores, at, rise, strict=True):
        if score == 0:
            continue
        side = np.sign(score)
        align = "left" if side > 0 else "right"
        label(axes, f"${score:.0f}$", (s, r), VERMILLION, shift=(6 * side, 5), align=align)
    label(axes, "$x = 0$", (0.5, 0.25), VERMILLION, shift=(0, 10))
    label(axes, r"$s\,(1-s)$", (0.5, 0.19), BLUE)

    axes.set(xlim=(-0.08, 1.08), ylim=(-0.01, 0.285))
    axes.set(xlabel=r"value $s = \sigma(x)$", ylabel=r"slope $\sigma'(x)$")
    axes.set_yticks([0.0, 0.05, 0.1, 0.15, 0.2, 0.25])
    return Plot(
        figure,
        {"value": value, "slope": slope},
        title="The slope of the sigmoid as a function of its value",
        description=(
            "A parabola over the values from 0 to 1. It is zero at both ends and reaches one "
            "quarter, marked by a dashed line, at the value one half. Dots mark the whole-number "
            "scores from minus four to four: they stand far apart near the top and crowd together "
            "towards both ends."
        ),
        caption=(
            "The slope over the value is the parabola $s(1-s)$, highest at one half. The dots are "
            "whole-number scores $x$: near the top a step of one moves the value by almost a "
            f"quarter, from $3$ to $4$ by only ${fixed(float(at[-1] - at[-2]), 3)}$."
        ),
    )


def curvature(z_max: float = 6.0) -> Plot:
    """Draw the second derivative with its zero and its two extremes."""
    x = np.linspace(-z_max, z_max, 241)
    bend = sigmoid_curvature(x)
    extreme = float(np.log(2.0 + np.sqrt(3.0)))
    peak = float(sigmoid_curvature(-extreme))

    figure, axes = canvas(height=3.0)
    axes.fill_between(x, bend, where=x <= 0, color=BLUE, alpha=0.15, linewidth=0)
    axes.fill_between(x, bend, where=x >= 0, color=ORANGE, alpha=0.2, linewidth=0)
    axes.plot(x, bend, color=INK)
    axes.axhline(0.0, color=MUTED, linewidth=0.8)
    axes.plot([-extreme, extreme], [peak, -peak], "o", color=INK)
    axes.plot(0.0, 0.0, "s", color=VERMILLION)
    label(axes, "bends upwards", (-3.0, 0.008), BLUE, shift=(0, -14))
    label(axes, "bends downwards", (3.0, -0.008), VERMILLION, shift=(0, 14))
    label(axes, "inflection", (0.0, 0.0), INK, shift=(-9, -28), align="right")
    label(axes, r"$\sigma''(x)$", (-2.2, 0.085), INK, shift=(-4, 6), align="right")

    axes.set(xlim=(-z_max, z_max), ylim=(-0.112, 0.112), xlabel="$x$", ylabel="second derivative")
    return Plot(
        figure,
        {"x": x, "curvature": bend},
        title="The second derivative of the sigmoid",
        description=(
            "A curve that rises from zero on the left to a positive top, falls steeply through "
            "zero at the origin to a negative bottom, and returns to zero on the right. The area "
            "on the left, where the sigmoid bends upwards, and the area on the right, where it "
            "bends downwards, are turned images of each other."
        ),
        caption=(
            "The second derivative is positive on the left, negative on the right, and zero at the "
            rf"inflection (square). It is largest in size, ${fixed(peak, 4)}$, at "
            rf"$\pm {fixed(extreme, 3)}$ (discs; see the exercises). "
            "The two shaded areas are equal: what the slope gains up to the middle, it loses after."
        ),
    )


def gradient_through_layers(start: float = 0.6) -> Plot:
    """Follow the gradient through a chain of units σ(w(a − ½)), for four weights."""
    weights = {1.0: (BLUE, "-", "o"), 2.0: (PURPLE, "-", "D"), 4.0: (VERMILLION, "-", "s"),
               8.0: (GREEN, "-", "^")}  # fmt: skip
    layers = 40
    depth = np.arange(layers + 1)
    gradients = {weight: _chain_gradient(weight, layers, start) for weight in weights}

    figure, axes = canvas(height=3.5)
    for weight, (colour, style, marker) in weights.items():
        size = gradients[weight]
        axes.plot(depth, size, style, color=colour, marker=marker, markevery=5, markersize=4)
    for weight, layer, shift, align in [
        (1.0, 10, (-7, -4), "right"),
        (2.0, 25, (7, 5), "left"),
        (4.0, layers, (-2, -12), "right"),
        (8.0, 5, (7, 5), "left"),
    ]:
        spot = (layer, gradients[weight][layer])
        label(axes, f"$w = {weight:.0f}$", spot, weights[weight][0], shift, align)

    axes.set_yscale("log")
    axes.set(xlim=(0, layers + 0.5), ylim=(1e-12, 10.0))
    axes.set(xlabel="layers passed through", ylabel="size of the gradient")
    axes.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1.0])
    half = layers // 2
    left = [significant_tex(float(gradients[weight][half]), 2) for weight in (1.0, 8.0)]
    return Plot(
        figure,
        {"layers": depth} | {f"w_{weight:.0f}": values for weight, values in gradients.items()},
        title="The gradient of the output by the input of a chain of sigmoids",
        description=(
            "Size of the gradient on a logarithmic axis over the number of layers. For the weights "
            "1 and 2 it falls along straight lines from the start. For the weight 8 it grows for a "
            "layer or two, then falls along a straight line as well. Only for the weight 4 does "
            "it fall slowly, and more slowly with every layer."
        ),
        caption=(
            "The derivative of the last output with respect to the first input, "
            f"${start:g}$, in a chain of units "
            r"$\sigma(w \cdot (a-\frac{1}{2}))$. With the weight $1$ each layer costs a factor of "
            f"about $4$, and ${half}$ of them leave ${left[0]}$. With $8$ the first layers enlarge "
            "it, but the outputs soon come close to $0$ or $1$: the units saturate, and the same "
            f"number of layers leaves ${left[1]}$. Even the balance at $4$ "
            "leaks, because every output that is not exactly one half costs a little."
        ),
    )


def _chain_gradient(weight: float, layers: int, start: float) -> Array:
    """Gradient of the output of each layer by the input of the first, 1 before any layer."""
    output, gradient = start, [1.0]
    for _ in range(layers):
        score = weight * (output - 0.5)
        gradient.append(gradient[-1] * weight * float(sigmoid_slope(score)))
        output = float(sigmoid_of(score))
    return np.array(gradient)


def overflow_errors() -> Plot:
    """Plot the relative error of the textbook formula and of the stable one in the left tail."""
    x = np.arange(-770.0, -669.0) + 0.25
    textbook = 1.0 / (1.0 + reference.exp(-x))
    t = reference.exp(-np.abs(x))
    stable = t / (1.0 + t)
    errors = [_relative_error(values, x, "sigmoid") for values in (textbook, stable)]

    figure, axes = canvas(height=3.3)
    axes.axvspan(-770.0, -745.13, color=MUTED, alpha=0.14, linewidth=0)
    axes.plot(x, errors[0], "s", color=VERMILLION, markersize=3.5)
    axes.plot(x, errors[1], "o", color=BLUE, markersize=3.5)
    label(axes, "■ textbook formula", (-708, 1e-2), VERMILLION, align="left")
    label(axes, "● stable form", (-708, 1e-9), BLUE, align="left")
    label(axes, "true value\nis below\nany float64", (-757.5, 1e-11), MUTED)

    axes.set_yscale("log")
    axes.set(
        xlim=(-770, -670), ylim=(1e-19, 10), xlabel="$x$", ylabel=r"relative error of $\sigma$"
    )
    axes.set_yticks([1e-18, 1e-12, 1e-6, 1.0])
    return Plot(
        figure,
        {"x": x, "textbook": errors[0], "stable": errors[1]},
        title="Relative errors of two formulas for the sigmoid far to the left",
        description=(
            "Relative error on a logarithmic axis, for scores from minus 770 to minus 670. On the "
            "right both formulas have errors of about ten to the minus sixteen. From minus 710 "
            "leftwards the textbook formula has the error 1: it returns zero. The error of the "
            "stable form rises gradually from there on and reaches 1 only at minus 745, where the "
            "true value is smaller than every float64."
        ),
        caption=(
            r"Two formulas for $\sigma(x)$ far to the left. Where its exponential overflows, the "
            "textbook formula returns zero, an error of $1$: no digit is right. The stable form "
            "goes on. Its values are subnormal there, numbers that have fewer and fewer digits, "
            "so that its error rises step by step, up to where the format has no smaller number "
            "to offer (grey)."
        ),
    )


def slope_errors() -> Plot:
    """Plot the relative error of three formulas for the slope: near the middle, and far out."""
    near = np.arange(-45.0, 46.0) + 0.25
    wide = np.linspace(-765.0, 765.0, near.size).round()
    value = 1.0 / (1.0 + reference.exp(-near))
    product = _relative_error(value * (1.0 - value), near, "sigmoid_slope")
    with np.errstate(over="ignore", invalid="ignore"):
        up = reference.exp(-wide)
        quotient = _relative_error(up / ((1.0 + up) * (1.0 + up)), wide, "sigmoid_slope")
    stable_near = _relative_error(_stable_slope(near), near, "sigmoid_slope")
    stable_wide = _relative_error(_stable_slope(wide), wide, "sigmoid_slope")

    figure, (above, below) = canvas(rows=2, height=5.0)
    above.plot(near, product, "s", color=VERMILLION, markersize=3.5)
    above.plot(near, stable_near, "o", color=BLUE, markersize=3)
    label(above, r"■ $\sigma\,(1-\sigma)$", (-2, 1e-5), VERMILLION, align="right")
    label(above, "● stable form", (-2, 1e-9), BLUE, align="right")
    below.plot(wide, quotient, "^", color=PURPLE, markersize=4)
    below.plot(wide, stable_wide, "o", color=BLUE, markersize=3)
    label(below, r"▲ $e^{-x}/(1+e^{-x})^2$", (20, 1e-5), PURPLE)
    label(below, "● stable form", (20, 1e-9), BLUE)
    for axes, reach in ((above, 46), (below, 780)):
        axes.set_yscale("log")
        axes.set(xlim=(-reach, reach), ylim=(1e-19, 10), ylabel="relative error")
        axes.set_yticks([1e-18, 1e-12, 1e-6, 1.0])
    below.set_xlabel("$x$")
    worst = float(max(stable_near.max(), stable_wide[np.abs(wide) < 708].max()))
    return Plot(
        figure,
        {
            "x_near": near,
            "product": product,
            "stable_near": stable_near,
            "x_far": wide,
            "quotient": quotient,
            "stable_far": stable_wide,
        },
        title="Relative errors of three formulas for the slope of the sigmoid",
        description=(
            "Two panels of relative errors on logarithmic axes. Above, for scores from minus 45 to "
            "45: the product of sigma and one minus sigma is exact to rounding on the left, but on "
            "the right its error grows along a straight line and reaches 1 near 37. Below, for "
            "scores from minus 765 to 765: the quotient is wrong altogether left of minus 355. "
            "The stable form is exact to rounding in both panels up to the ends of the format."
        ),
        caption=(
            "Three formulas for the slope. Above: the product loses one digit after the other on "
            "the right, as $1-\\sigma(x)$ is taken from a rounded number. Below, over a wider "
            "range: the quotient returns zero, or something that is not a number (drawn as an "
            "error of $1$), on the left. The stable form keeps its error under "
            f"${_power_above(worst)}$ on both sides, as far as the format has full digits."
        ),
    )


def _stable_slope(x: Array) -> Array:
    t = reference.exp(-np.abs(x))
    return t / ((1.0 + t) * (1.0 + t))


def _relative_error(computed: Array, x: Array, name: str) -> Array:
    """Relative error against the exact function; what is not a number has no digit right."""
    exact = [reference.EXACT[name](value) for value in x.tolist()]
    return _distances(np.where(np.isnan(computed), 0.0, computed), exact)


def _distances(computed: Array, exact: Sequence[mpf]) -> Array:
    with mp.workdps(reference.DIGITS):
        pairs = zip(computed.tolist(), exact, strict=True)
        return np.array([float(abs((c - e) / e)) for c, e in pairs])


def error_over_step(x: float = 0.5) -> Plot:
    """Plot the error of the slope over the step, for a central difference and a complex step."""
    powers = np.arange(1, 67)
    h = 2.0 ** -powers.astype(float)
    exact = reference.EXACT["sigmoid_slope"](x)
    central = _distances(_central(x, h), [exact] * h.size)
    complex_ = _distances(_complex(x, h), [exact] * h.size)
    sixth = float(abs(exact * (1 - 6 * exact)) / 6)  # of the third derivative
    best = float(np.cbrt(2.0**-54 / (2.0 * sixth)))

    figure, axes = canvas(height=3.6)
    bound = (sixth * h**2 + 2.0**-54 / h) / float(exact)
    axes.plot(h[bound < 1], bound[bound < 1], color=INK, linewidth=1.1, linestyle=(0, (5, 2)))
    axes.plot(h, central, "s", color=VERMILLION, markersize=3.5)
    axes.plot(h, complex_, "o", color=BLUE, markersize=3.5)
    axes.axvline(best, color=MUTED, linewidth=1, linestyle=(0, (2, 2)))
    label(axes, "■ central difference", (1e-10, 3e-3), VERMILLION, align="left")
    label(axes, "● complex step", (1e-12, 1e-17), BLUE, shift=(0, -12))
    label(axes, "best step", (best, 1e-14), MUTED, shift=(5, 0), align="left")

    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set(xlim=(5e-21, 2.0), ylim=(1e-19, 10), xlabel="step $h$", ylabel="relative error")
    axes.set_yticks([1e-18, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1.0])
    axes.set_xticks([1e-20, 1e-15, 1e-10, 1e-5, 1.0])
    return Plot(
        figure,
        {"step": h, "central_difference": central, "complex_step": complex_},
        title="Error of two numerical slopes over the step size",
        description=(
            "Relative error over the step, both axes logarithmic. The central difference draws a "
            "V: from a step of one half its error falls steeply to a lowest point near ten to the "
            "minus five, then rises again, in scattered points, until nothing is right. The "
            "complex step falls along with it at first, but then stays at about ten to the minus "
            "sixteen however small the step becomes."
        ),
        caption=(
            rf"The slope at the score ${x:g}$, found numerically. The error of the central "
            "difference falls with the square of the step (right), until rounding takes over "
            r"(left). The dashed line is $M h^2 + r/h$ of the text, divided by the slope; its best "
            rf"step is ${significant_tex(best, 2)}$. There the error is "
            f"${significant_tex(float(central[np.abs(h / best - 1).argmin()]), 1)}$, while the "
            f"complex step stays under ${_power_above(float(complex_[h < 1e-9].max()))}$ for every "
            "small step. At the far left the central difference returns zero: "
            "both of its steps end where they began."
        ),
    )


def _central(x: float, h: Array) -> Array:
    right, left = (1.0 / (1.0 + reference.exp(-(x + step))) for step in (h, -h))
    return (right - left) / (2.0 * h)


def _complex(x: float, h: Array) -> Array:
    """Im σ(x + ih)/h, in real arithmetic as on the page."""
    t = reference.exp(-x)
    real, imaginary = 1.0 + t * reference.rounded("cos", h), t * reference.rounded("sin", h)
    slope: Array = imaginary / (real * real + imaginary * imaginary) / h
    return slope


def _power_above(x: float) -> str:
    """The power of ten next above x, as TeX."""
    return f"10^{{{int(np.ceil(np.log10(x)))}}}"
