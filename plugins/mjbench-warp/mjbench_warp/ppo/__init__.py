"""Proximal policy optimisation (Schulman et al. 2017) whose rollouts and updates stay on the device."""
