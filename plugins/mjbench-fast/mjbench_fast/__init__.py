"""PPO, SAC and TD3 in plain numpy, held to stable-baselines3 update by update."""
