"""Demands that are built from people and models."""
