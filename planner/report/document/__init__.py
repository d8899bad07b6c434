"""The written part of the report: what each section says, in blocks that the template lays out."""
