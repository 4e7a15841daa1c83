"""Sentences for people: findings, gaps, rules and packets in the reader's language."""
