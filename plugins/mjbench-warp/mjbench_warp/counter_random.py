"""Random numbers as a function of seed, world, step and purpose: the same whatever the number of worlds is.

SplitMix64 (Steele, Lea and Flood 2014): the output for counter c is ``mix(key + c * GOLDEN)``. The key of a world is
mixed from the seed and its number, so that each has a sequence of its own; a draw jumps to its place in it.
"""

import torch
from torch import Tensor

GOLDEN = 0x9E3779B97F4A7C15
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MOST = 256
"""Numbers of a world for one purpose in one step."""
PURPOSES = 16


def _signed(value: int) -> int:
    """The 64-bit integer with these bits; torch has no unsigned arithmetic."""
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def mix(values: Tensor) -> Tensor:
    """The finaliser of SplitMix64, int64 to int64; products wrap."""
    values = (values ^ ((values >> 30) & (2**34 - 1))) * _signed(FIRST)
    values = (values ^ ((values >> 27) & (2**37 - 1))) * _signed(SECOND)
    return values ^ ((values >> 31) & (2**33 - 1))


class CounterRandom:
    """Uniform numbers for N worlds.

    Args:
        seed: of the run.
        num_envs: N.
        device: where they are drawn.
    """

    def __init__(self, seed: int, num_envs: int, device: torch.device) -> None:
        worlds = torch.arange(num_envs, dtype=torch.int64, device=device)
        start = mix(torch.tensor([_signed((seed + 1) * GOLDEN)], dtype=torch.int64, device=device))
        self._keys = mix(start + (worlds + 1) * _signed(GOLDEN))[:, None]
        self._places = torch.arange(MOST, dtype=torch.int64, device=device)[None]

    def uniform(self, step: Tensor, purpose: int, count: int) -> Tensor:
        """Numbers in [0, 1), multiples of 2^-24, (N, count) float32.

        Args:
            step: (1,) int64, of the run; read on the device.
            purpose: 0 to 15; draws for different ones are independent.
            count: at most 256.
        """
        counter = (step * PURPOSES + purpose) * MOST + self._places[:, :count]
        bits = mix(self._keys + (counter + 1) * _signed(GOLDEN))
        return ((bits >> 40) & (2**24 - 1)).to(torch.float32) * 2.0**-24


def spread(uniform: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    """From [0, 1) to [low, high)."""
    return low + (high - low) * uniform
