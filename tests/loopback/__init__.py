"""The API on a loopback port, and the estates that it answers for."""
