# The bindings of MuJoCo and of Warp carry few types.
# pyright: reportAttributeAccessIssue=false
"""N worlds of one model, stepped together by MuJoCo Warp."""

import gc
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

import mujoco
import mujoco_warp
import torch
import warp
from torch import Tensor

from mjbench_warp import runtime

CONTACTS = 32
"""Contacts of a world on average: a quadruped that lies on its belly and legs has 28."""
ROWS_PER_CONTACT = 4
"""Constraints of a contact with a pyramidal friction cone."""


class WarpPhysics:
    """The physics of N worlds in single precision.

    As in the reference, a control step starts from positions and velocities alone: the solver's warm start is zero. So
    ``qpos``, ``qvel`` and the model are the whole state. Reductions and the order of contacts are deterministic on a
    CPU, and not on a GPU: there it takes 15 times as long (H100, 4,096 worlds of Go1Walk), and Warp cannot address the
    memory for 16,384 worlds.

    Args:
        model: MuJoCo's.
        num_envs: worlds, N.
        substeps: physics steps in a control step, S.
        device: ``"cpu"``, ``"cuda:0"``.
        own: fields of the model of which each world has its own, by name: (N, ...) in Warp's layout.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        num_envs: int,
        substeps: int,
        device: str,
        own: Sequence[str] = (),
    ) -> None:
        runtime.start()
        self.device = torch.device(device)
        self.substeps = substeps
        self._warp_device = warp.get_device(device)
        with warp.ScopedDevice(self._warp_device):
            self.model = mujoco_warp.put_model(model, batch_sizes=dict.fromkeys(own, num_envs))
            self._deterministic = "none" if self.device.type == "cuda" else "all"
            self.model.opt.deterministic = mujoco_warp.DeterminismType[self._deterministic.upper()]
            rows = int((model.dof_frictionloss > 0).sum() + model.jnt_limited.sum()) + ROWS_PER_CONTACT * CONTACTS
            self.data = mujoco_warp.make_data(model, nworld=num_envs, nconmax=CONTACTS, njmax=rows)
            self._controls = warp.zeros((substeps, num_envs, model.nu), dtype=float)
        self._parts: list[Any] = [self._controls[i] for i in range(substeps)]
        self._graph: Any = None
        self.qpos: Tensor = warp.to_torch(self.data.qpos)  # (N, nq), as Warp has it
        self.qvel: Tensor = warp.to_torch(self.data.qvel)  # (N, nv)
        self.sensors: Tensor = warp.to_torch(self.data.sensordata)  # (N, nsensordata), of the last physics step
        self.controls: Tensor = warp.to_torch(self._controls)
        """(S, N, nu) of the actuators at each physics step of the next control step."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What a record keeps; JSON values."""
        versions = {name: metadata.version(name) for name in ("mujoco-warp", "warp-lang", "torch")}
        return {
            **runtime.about(self._warp_device),
            **versions,
            "precision": "float32",
            "deterministic": self._deterministic,
        }

    def field(self, name: str) -> Tensor:
        """A field of the model, (N or 1, ...), in place: what is written there counts from the next step on."""
        return warp.to_torch(getattr(self.model, name))

    def set_constants(self) -> None:
        """Derive from masses and inertias what MuJoCo derives from them; ``qpos`` stays as it is."""
        with warp.ScopedDevice(self._warp_device):
            mujoco_warp.set_const(self.model, self.data)

    def step(self) -> None:
        """Advance by a control step under ``controls``.

        The first call compiles. Then the step is a graph, on a CPU as well: it gives the same bits, 2.6 times as fast
        for 64 worlds and 12 times for 8.
        """
        if self.device.type == "cuda":
            with warp.ScopedStream(warp.stream_from_torch(torch.cuda.current_stream(self.device))):
                self._replay()
        else:
            self._replay()

    def _replay(self) -> None:
        if self._graph is not None:
            warp.capture_launch(self._graph)
            return
        self._step()  # what is compiled cannot be captured before
        if self.device.type == "cuda":
            gc.collect()  # a graph of an earlier training that is freed while another is captured breaks it
        with warp.ScopedCapture(self._warp_device) as capture:
            self._step()
        self._graph = capture.graph

    def _step(self) -> None:
        with warp.ScopedDevice(self._warp_device):
            self.data.qacc_warmstart.zero_()
            for part in self._parts:
                warp.copy(self.data.ctrl, part)
                mujoco_warp.step(self.model, self.data)
