"""The tests; importable, so that they can share estates and the loopback server."""
