"""PPO, SAC and TD3 in numpy and numba, held to stable-baselines3 update by update."""
