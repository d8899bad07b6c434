"""Text becomes models."""
