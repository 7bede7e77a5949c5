"""A ball that is pushed to the middle of a table."""
