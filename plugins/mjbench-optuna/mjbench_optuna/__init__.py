"""Tunes hyperparameters with Optuna, which is imported when a study begins."""
