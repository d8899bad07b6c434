"""Studies: many plans, one question, on worlds worked out by hand."""
