"""What SAC and TD3 have in common: collecting, the replay buffer, twin critics."""
