"""Paths by pricing, the optimum proved; the only floor that runs a solver."""
