"""A sizing for readers: in a paragraph, in tables on the terminal, and as one object."""
