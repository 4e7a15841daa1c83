"""Reads a snapshot from the cloud API, a cassette or a file. It does not judge the facts that it reads."""
