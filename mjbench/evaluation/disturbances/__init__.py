"""Conditions under which policies are evaluated: pushes, payload, friction and so on, one idea a file."""
