import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib import backprop
from hwlib.neuron import Neuron

numbers = st.floats(-3.0, 3.0)


def test_the_example_by_hand():
    nodes = backprop.graph()
    assert nodes["w_1 x_1"].value == pytest.approx(0.8)
    assert nodes["w_2 x_2"].value == -0.5
    assert nodes["z"].value == pytest.approx(0.5)
    assert nodes["F"].value == pytest.approx(math.tanh(0.5))
    assert nodes["F"].gradient == 1.0
    assert nodes["w_1"].gradient == pytest.approx(2 * (1 - math.tanh(0.5) ** 2))
    assert nodes["w_2"].gradient == pytest.approx(-(1 - math.tanh(0.5) ** 2))


@given(numbers, numbers, numbers, numbers, numbers)
def test_going_back_gives_what_the_formulas_give(w1, w2, b, x1, x2):
    nodes = backprop.graph(Neuron([w1, w2], bias=b), (x1, x2))
    gradient = Neuron([w1, w2], bias=b).gradient([x1, x2])
    found = [nodes[name].gradient for name in ("w_1", "w_2", "b", "x_1", "x_2")]
    np.testing.assert_allclose(
        found, [*gradient.w, gradient.b, *gradient.x], rtol=1e-12, atol=1e-300
    )


def test_descent_by_hand():
    run = backprop.descend([0.4, 0.5], steps=1, rate=0.05, target=-0.6)
    output = math.tanh(0.5)
    by_z = (output + 0.6) * (1 - output**2)
    np.testing.assert_allclose(run.weights[1], [0.4 - 0.05 * by_z * 2, 0.5 + 0.05 * by_z])
    assert run.loss[0] == pytest.approx((output + 0.6) ** 2 / 2)
    assert run.weights.shape == (2, 2)
    assert run.output.shape == run.loss.shape == (2,)


def test_descent_goes_down_along_the_inputs():
    run = backprop.descend([0.4, 0.5], steps=20)
    assert np.all(np.diff(run.loss) < 0)
    moves = run.weights - run.weights[0]
    np.testing.assert_allclose(moves @ [1.0, 2.0], 0, atol=1e-12)  # across (2, -1): nothing
