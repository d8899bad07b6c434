"""From the solver's values to tables, reasons, checks and run folders."""
