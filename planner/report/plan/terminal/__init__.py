"""A plan on the terminal: the head, and a section for each thing that a reader asks."""
