"""All that readers see: plans, sizings, topologies and comparisons, on the terminal, as pages, files and pictures."""
