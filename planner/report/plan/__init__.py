"""A plan for readers: one digest of facts, laid out on the terminal, as a page and as one object."""
