"""Studies of many plans for readers: who pays and who gains, what breaks, what many futures have in common."""
