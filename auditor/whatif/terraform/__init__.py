"""Reads a Terraform plan: its JSON, its expressions, and which value of a plan comes from where."""
