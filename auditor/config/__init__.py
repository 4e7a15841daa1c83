"""Reads configuration and baseline files into settings and baselines; errors name the file, the line and the key."""
