"""Plans side by side: what was asked differently, what moved, why, and which plan is best by what."""
