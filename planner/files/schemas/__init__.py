"""The JSON Schemas as files, for editors; `planner schema` prints the same."""
