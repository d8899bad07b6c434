"""Who pays, who gains, and whether anybody does better alone."""
