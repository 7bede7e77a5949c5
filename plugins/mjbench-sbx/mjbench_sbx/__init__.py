"""PPO, SAC, TD3, CrossQ and TQC from SBX, as mjbench algorithms."""
