"""Tests of the floor of that name."""
