"""PPO, SAC, TD3, A2C and DDPG from stable-baselines3, as mjbench algorithms."""
