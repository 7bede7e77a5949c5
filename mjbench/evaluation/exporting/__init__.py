"""Policies in other formats, checked against the policy before a file appears under its name."""
