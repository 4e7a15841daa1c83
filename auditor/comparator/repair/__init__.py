"""The smallest ordered change of rules that closes findings, found by exact cover and proved by evaluating it anew."""
