"""PPO, SAC and TD3 with gradients derived by hand, held to stable-baselines3 update by update."""
