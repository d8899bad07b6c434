"""A plan as one HTML page: what each section says, in blocks that the template lays out."""
