"""The two-layer network: hand values, gradients against numerical ones, shapes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib import network
from hwlib.differences import central_gradient, complex_step_gradient, relative_error


def random_network(seed, n=2, m=3, k=2):
    random = np.random.default_rng(seed)
    shapes = [(m, n), (m,), (k, m), (k,)]
    parameters = network.Parameters(*(random.normal(size=shape) for shape in shapes))
    return parameters, random.normal(size=n), random.dirichlet(np.ones(k))


def test_by_hand():
    parameters = network.Parameters(
        np.array([[1.0]]), np.array([0.0]), np.array([[1.0], [-1.0]]), np.array([0.0, 0.0])
    )
    t = math.tanh(0.5)
    p = 1 / (1 + math.exp(-2 * t))
    there = network.forward(parameters, [0.5])
    assert there.p[0] == pytest.approx(p)
    assert network.loss(parameters, [0.5], [1.0, 0.0]) == pytest.approx(-math.log(p))
    back = network.backward(parameters, [0.5], [1.0, 0.0])
    assert back.x[0] == pytest.approx(2 * (p - 1) * (1 - t * t))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_every_gradient_against_the_complex_step(seed, n, m, k):
    parameters, x, y = random_network(seed, n, m, k)
    back = network.backward(parameters, x, y)
    by_parameters = complex_step_gradient(
        lambda v: network.loss(parameters.shaped(v), x, y), parameters.vector()
    )
    by_x = complex_step_gradient(lambda v: network.loss(parameters, v, y), x)
    np.testing.assert_allclose(back.parameters.vector(), by_parameters, atol=1e-13)
    np.testing.assert_allclose(back.x, by_x, atol=1e-13)


def test_a_gradient_has_the_shape_of_what_it_is_taken_by():
    parameters, x, y = random_network(1, n=2, m=4, k=3)
    back = network.backward(parameters, x, y)
    assert [part.shape for part in back.parameters] == [part.shape for part in parameters]
    assert back.x.shape == x.shape


def test_the_check_rejects_a_slightly_wrong_gradient():
    parameters, x, y = random_network(2)
    right = network.backward(parameters, x, y).parameters.vector()
    central = central_gradient(
        lambda v: network.loss(parameters.shaped(v), x, y), parameters.vector()
    )
    assert relative_error(right, central) < 1e-8
    assert relative_error(1.001 * right, central) > 5e-4


def test_a_vector_and_back():
    parameters, _, _ = random_network(3, n=2, m=4, k=3)
    again = parameters.shaped(parameters.vector())
    assert all(np.array_equal(a, b) for a, b in zip(parameters, again, strict=True))


def test_shapes_that_do_not_fit_are_named():
    parameters, x, y = random_network(4)
    with pytest.raises(ValueError, match=r"x \(3,\).*one row an output"):
        network.loss(parameters, [1.0, 2.0, 3.0], y)
    turned = parameters._replace(v=parameters.v.T)
    with pytest.raises(ValueError, match=r"v \(3, 2\)"):
        network.loss(turned, x, y)
