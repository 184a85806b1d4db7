"""Tables of the two-layer network: forward and backward pass of the example, gradient check."""

import numpy as np

from hwlib._inputs import Array
from hwlib.activations import tanh_slope
from hwlib.differences import central_gradient, complex_step_gradient, relative_error
from hwlib.network import Parameters, backward, forward, loss
from hwlib.tables.table import Table, below, fixed

# The worked example: fractions that are exact in binary, the second class is the right one.
PARAMETERS = Parameters(
    u=np.array([[0.5, -0.25], [0.25, 0.5], [-0.5, 0.25]]),
    b=np.array([0.25, -0.5, -0.5]),
    v=np.array([[1.0, -0.5, 0.5], [-0.5, 1.0, 0.25]]),
    c=np.array([0.25, -0.25]),
)
X = np.array([1.0, 2.0])
Y = np.array([0.0, 1.0])


def two_layer_parameters() -> Table:
    """List the weights and biases of the example, one row a neuron."""
    hidden = [
        [f"hidden ${i + 1}$", *_numbers(PARAMETERS.u[i], 2), "", fixed(PARAMETERS.b[i], 2)]
        for i in range(3)
    ]
    output = [
        [f"class ${k + 1}$", *_numbers(PARAMETERS.v[k], 2), fixed(PARAMETERS.c[k], 2)]
        for k in range(2)
    ]
    inputs = " and ".join(f"${x:g}$" for x in X)
    return Table(
        ["Neuron", "$1$", "$2$", "$3$", "Bias"],
        hidden + output,
        caption=(
            "Weights and biases of the example, one row a neuron, one column an incoming weight: "
            "$u_{ij}$ and $b_i$, then $v_{ki}$ and $c_k$. "
            f"The inputs are {inputs}."
        ),
    )


def two_layer_forward() -> Table:
    """Compute the example's forward pass, layer by layer."""
    there = forward(PARAMETERS, X)
    rows = [
        _row(r"$\alpha_i$", r"$\sum_j u_{ij} x_j + b_i$", there.alpha),
        _row("$h_i$", r"$\tanh(\alpha_i)$", there.h),
        _row(r"$\zeta_k$", r"$\sum_i v_{ki} h_i + c_k$", there.zeta),
        _row("$p_k$", r"$\operatorname{softmax}$", there.p),
        ["$L$", r"$-\ln p_2$", fixed(float(loss(PARAMETERS, X, Y)), 4), "", ""],
    ]
    return Table(
        ["What", "How", "$1$", "$2$", "$3$"],
        rows,
        caption="The forward pass, one row a layer, one column a neuron.",
    )


def two_layer_backward() -> Table:
    """Compute the example's backward pass, from the output to the inputs."""
    there, back = forward(PARAMETERS, X), backward(PARAMETERS, X, Y)
    by = back.parameters
    rows = [
        _row(r"$\varepsilon_k$, also for $c_k$", "$p_k - y_k$", back.epsilon),
        _row("for $v_{1,i}$", r"$\varepsilon_1 h_i$", by.v[0]),
        _row("for $v_{2,i}$", r"$\varepsilon_2 h_i$", by.v[1]),
        _row("for $h_i$", r"$\sum_k v_{ki} \varepsilon_k$", back.h),
        _row("slope", "$1 - h_i^2$", tanh_slope(there.alpha)),
        _row(r"$\gamma_i$, also for $b_i$", "their product", back.gamma),
        _row("for $u_{i,1}$", r"$\gamma_i x_1$", by.u[:, 0]),
        _row("for $u_{i,2}$", r"$\gamma_i x_2$", by.u[:, 1]),
        _row("for $x_j$", r"$\sum_i u_{ij} \gamma_i$", back.x),
    ]
    return Table(
        ["What", "How", "$1$", "$2$", "$3$"],
        rows,
        caption=(
            "The backward pass, from the output to the inputs. Each row uses only rows above it "
            "and the values of the forward pass."
        ),
    )


def two_layer_check() -> Table:
    """Compare all 19 derivatives of the example with two numerical gradients, part by part."""
    back = backward(PARAMETERS, X, Y)
    start = PARAMETERS.vector()

    def of_parameters(vector: Array) -> Array:
        return loss(PARAMETERS.shaped(vector), X, Y)

    def of_inputs(x: Array) -> Array:
        return loss(PARAMETERS, x, Y)

    central = PARAMETERS.shaped(central_gradient(of_parameters, start))
    complex_ = PARAMETERS.shaped(complex_step_gradient(of_parameters, start))
    names = ("$U$", r"$\mathbf b$", "$V$", r"$\mathbf c$", r"$\mathbf x$")
    exact_parts = (*back.parameters, back.x)
    central_parts = (*central, central_gradient(of_inputs, X))
    complex_parts = (*complex_, complex_step_gradient(of_inputs, X))
    return Table(
        ["For", "Shape", "Length", "Central", "Complex step"],
        [
            [
                name,
                "$" + r" \times ".join(str(size) for size in exact.shape) + "$",
                fixed(float(np.linalg.norm(exact)), 6),
                below(relative_error(by_central, exact), 1e-8),
                below(relative_error(by_complex, exact), 1e-13),
            ]
            for name, exact, by_central, by_complex in zip(
                names, exact_parts, central_parts, complex_parts, strict=True
            )
        ],
        caption=(
            "Every part of the gradient: its shape, its length (the root of the sum of squares), "
            "and the relative error of two numerical gradients beside it."
        ),
    )


def _row(name: str, how: str, values: Array) -> list[str]:
    return [name, how, *_numbers(values, 4), *[""] * (3 - values.size)]


def _numbers(values: Array, decimals: int) -> list[str]:
    return [fixed(value, decimals) for value in values.tolist()]
