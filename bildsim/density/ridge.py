"""The ridge w of the fit, the weight of |y|^2 / 2 in equation (5) of arXiv 2604.11712."""

REGULARISATION = 1e-4
"""What it is unless given."""
LEAST_REGULARISATION = 1e-6
"""Below it fits of robots that stand in corners do not converge at every order."""
