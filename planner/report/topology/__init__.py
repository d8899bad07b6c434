"""A topology for readers: on the terminal, as a map in one HTML file, and as one object."""
