"""The history file: runs and findings over time, in SQLite."""
