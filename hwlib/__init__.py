"""Worked homework whose figures, numbers and equations are computed and checked.

The numeric core (`activations`, `neuron`, `differences`) needs numpy alone. Importing `hwlib`
itself imports nothing: a warm build of the site must not pay for numpy.
"""
