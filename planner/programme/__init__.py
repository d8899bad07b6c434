"""The mathematics: sets, variables, constraints, objective."""
