"""The command line: one thin module a command group; arguments, one library call, echo."""
