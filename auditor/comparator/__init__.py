"""Compares a snapshot with a baseline. Pure and exact on packets; unread input gives unknown results."""
