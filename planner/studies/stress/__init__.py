"""What holds when things break: failures of a finished plan, and how long who is without service."""
