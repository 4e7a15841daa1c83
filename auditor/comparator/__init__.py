"""Holds a snapshot against a baseline: pure functions, exact on packets, three-valued where something was not read."""
