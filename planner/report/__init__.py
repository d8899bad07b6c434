"""Plans for readers: the summary on the terminal, the JSON object, numbers as text."""
