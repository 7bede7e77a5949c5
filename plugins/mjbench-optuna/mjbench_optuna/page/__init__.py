"""The page on a study, and its plots."""
