"""A multilayer perceptron policy in plain numpy: what the baselines save, and what a reviewer replays."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from mjbench.api.session import Diverged
from mjbench.errors import RecordError
from mjbench.io.strict import clean, parse_json, read_file
from mjbench.io.tensors import read_tensors

Activation = Literal["tanh", "relu", "elu"]
FORMAT = "mjbench-mlp-1"
SETTINGS_LIMIT = 64 * 2**10
"""Bytes of ``policy.json``."""


@dataclass(frozen=True)
class MlpPolicy:
    """``action = squash(W_L f(... f(W_1 normalise(observation) + b_1) ...) + b_L)``, all in float32.

    Raises:
        Diverged: numbers that are not finite.
        ValueError: layers that do not fit together.
    """

    weights: tuple[np.ndarray, ...]
    """Each (outputs, inputs)."""
    biases: tuple[np.ndarray, ...]
    """Each (outputs,)."""
    action_low: np.ndarray
    """(action size,) the task's bounds."""
    action_high: np.ndarray
    activation: Activation = "tanh"
    squash: Literal["clip", "tanh"] = "clip"
    """``clip``: outputs are actions, clipped to the bounds; ``tanh``: outputs are squashed onto the bounds."""
    observation_mean: np.ndarray | None = None
    """(observation size,) frozen statistics; None where observations are not normalised."""
    observation_std: np.ndarray | None = None
    observation_clip: float = 10.0
    """Normalised observations are clipped to +- this."""

    def __post_init__(self) -> None:
        if self.activation not in get_args(Activation):
            raise ValueError(f"activation {self.activation!r} is not one of {', '.join(get_args(Activation))}")
        for name in ("action_low", "action_high", "observation_mean", "observation_std"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float32))
        if not self.weights or any(weight.ndim != 2 for weight in self.weights):
            raise ValueError("a policy has at least one layer, and each weight is a matrix")
        if not 0 < self.observation_clip <= float(np.finfo(np.float32).max):
            raise ValueError(f"observation_clip must be a positive single-precision number: {self.observation_clip}")
        for name, value in self._tensors().items():
            bounds = name in ("action_low", "action_high")
            if np.isnan(value).any() or (not bounds and not np.isfinite(value).all()):
                raise Diverged(f"policy tensor {name} holds numbers that are not finite")
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            inputs = self.weights[layer - 1].shape[0] if layer else weight.shape[1]
            if weight.shape != (bias.size, inputs):
                raise ValueError(
                    f"layer {layer}: weight {weight.shape} does not fit bias {bias.shape} and {inputs} inputs"
                )
        sizes = {"action_low": self.weights[-1].shape[0], "action_high": self.weights[-1].shape[0]}
        if (self.observation_mean is None) != (self.observation_std is None):
            raise ValueError("observations are normalised by a mean and a standard deviation, or not at all")
        if self.observation_mean is not None:
            sizes |= dict.fromkeys(("observation_mean", "observation_std"), self.weights[0].shape[1])
        for name, size in sizes.items():
            if getattr(self, name).shape != (size,):
                raise ValueError(f"{name} {getattr(self, name).shape} does not fit {size} numbers")

    @property
    def observation_size(self) -> int:
        """Numbers in an observation."""
        return self.weights[0].shape[1]

    def act(self, observation: np.ndarray) -> np.ndarray:
        """observation (N, observation size) -> action (N, action size), float32.

        Raises:
            ValueError: observations of another size.
        """
        x = np.asarray(observation, dtype=np.float32)
        if x.shape[-1] != self.observation_size:
            raise ValueError(f"the policy takes {self.observation_size} observations, not {x.shape[-1]}")
        if self.observation_mean is not None and self.observation_std is not None:
            x = np.clip(
                (x - self.observation_mean) / self.observation_std, -self.observation_clip, self.observation_clip
            )
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = x @ weight.T + bias
            if layer < len(self.weights) - 1:
                x = _activate(self.activation, x)
        if self.squash == "tanh":
            return self.action_low + (np.tanh(x) + np.float32(1)) * np.float32(0.5) * (
                self.action_high - self.action_low
            )
        return np.clip(x, self.action_low, self.action_high)

    def save(self, folder: Path) -> None:
        """Write ``policy.safetensors`` and ``policy.json``."""
        from safetensors.numpy import save

        # Not save_file, whose files only their owner can read.
        (folder / "policy.safetensors").write_bytes(save(self._tensors()))
        settings = {
            "format": FORMAT,
            "activation": self.activation,
            "squash": self.squash,
            "observation_clip": self.observation_clip,
        }
        (folder / "policy.json").write_text(json.dumps(settings, indent=1) + "\n")

    @classmethod
    def load(cls, folder: Path) -> "MlpPolicy":
        """Read what ``save`` wrote.

        Raises:
            RecordError: a file is missing, damaged or of another format.
        """
        try:
            settings = parse_json(read_file(folder / "policy.json", SETTINGS_LIMIT))
            if not isinstance(settings, dict) or settings.get("format") != FORMAT:
                found = settings.get("format") if isinstance(settings, dict) else settings
                raise ValueError(f"format is {clean(repr(found))}, not {FORMAT!r}")
            if settings.keys() != {"format", "activation", "squash", "observation_clip"}:
                raise ValueError(f"settings are {clean(', '.join(settings))}")
            clip = settings["observation_clip"]
            if not isinstance(clip, (int, float)) or isinstance(clip, bool):
                raise ValueError(f"observation_clip is {clean(repr(clip))}, not a number")
            if settings["squash"] not in ("clip", "tanh"):
                raise ValueError(f"squash is {clean(repr(settings['squash']))}, neither 'clip' nor 'tanh'")
            if settings["activation"] not in get_args(Activation):
                raise ValueError(f"activation is {clean(repr(settings['activation']))}, which is unknown")
            tensors = read_tensors(folder / "policy.safetensors")
            layers = sum(name.startswith("weight.") for name in tensors)
            weights = tuple(tensors.pop(f"weight.{i}") for i in range(layers))
            biases = tuple(tensors.pop(f"bias.{i}") for i in range(layers))
            extra = tensors.keys() - {"action_low", "action_high", "observation_mean", "observation_std"}
            if extra:
                raise ValueError(f"unknown tensors: {clean(', '.join(sorted(extra)))}")
            return cls(
                weights=weights,
                biases=biases,
                action_low=tensors["action_low"],
                action_high=tensors["action_high"],
                activation=settings["activation"],
                squash=settings["squash"],
                observation_mean=tensors.get("observation_mean"),
                observation_std=tensors.get("observation_std"),
                observation_clip=clip,
            )
        except KeyError as error:
            raise RecordError(f"cannot read the policy in {folder}: there is no tensor {clean(str(error))}") from error
        except (RecordError, ValueError, TypeError, Diverged) as error:
            raise RecordError(f"cannot read the policy in {folder}: {error}") from error

    def _tensors(self) -> dict[str, np.ndarray]:
        named = {f"weight.{i}": weight for i, weight in enumerate(self.weights)}
        named |= {f"bias.{i}": bias for i, bias in enumerate(self.biases)}
        named |= {"action_low": self.action_low, "action_high": self.action_high}
        if self.observation_mean is not None and self.observation_std is not None:
            named |= {"observation_mean": self.observation_mean, "observation_std": self.observation_std}
        return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in named.items()}


def _activate(activation: Activation, x: np.ndarray) -> np.ndarray:
    if activation == "tanh":
        return np.tanh(x)
    if activation == "relu":
        return np.maximum(x, np.float32(0))
    return np.where(x > 0, x, np.expm1(np.minimum(x, np.float32(0))))
