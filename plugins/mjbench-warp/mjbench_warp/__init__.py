"""Quadruped tasks simulated by MuJoCo Warp, and PPO that trains on them: thousands of worlds on a device."""
