"""Estates that several tests share."""
