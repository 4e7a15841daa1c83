"""Reads the command line, runs a command and returns its exit code; only here is anything printed."""
