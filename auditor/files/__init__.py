"""Reads and writes files safely. Commands, messages and the cloud are unknown here."""
