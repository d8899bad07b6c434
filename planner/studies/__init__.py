"""Studies: many plans, one question."""
