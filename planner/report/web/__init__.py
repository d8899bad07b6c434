"""The interactive part of a report: what its scripts are given, the scripts themselves, and the map under them."""
