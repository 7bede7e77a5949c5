# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Batched physics is MuJoCo's own, robot by robot, and asks for no free joint."""

import mujoco
import numpy as np
import pytest
from mjbench_legged.simulator import Simulator

ARM = """
<mujoco>
  <option timestep="0.004"/>
  <worldbody>
    <body pos="0 0 0.5">
      <joint name="shoulder" axis="0 1 0" damping="0.1"/>
      <geom type="capsule" size="0.03" fromto="0 0 0 0.3 0 0" mass="1"/>
      <body pos="0.3 0 0">
        <joint name="elbow" axis="0 1 0" damping="0.1"/>
        <geom type="capsule" size="0.03" fromto="0 0 0 0.3 0 0" mass="1"/>
        <site name="hand" pos="0.3 0 0"/>
      </body>
    </body>
  </worldbody>
  <actuator>
    <position joint="shoulder" kp="40" kv="2"/>
    <general joint="elbow" dyntype="filter" dynprm="0.05" gainprm="5"/>
  </actuator>
  <sensor><framepos objtype="site" objname="hand"/></sensor>
</mujoco>
"""
"""Two joints on a pillar; the second motor has an activation."""
ENVS, STEPS, SUBSTEPS = 5, 30, 3


def start(env: int) -> np.ndarray:
    return np.array([0.1 * env, -0.2 * env])


def controls() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (STEPS, ENVS, SUBSTEPS, 2))


def play(threads: int = 1) -> tuple[Simulator, np.ndarray]:
    """An arm each from its own pose; qpos, qvel and sensors after each step, (STEPS, ENVS, 7)."""
    simulator = Simulator([mujoco.MjModel.from_xml_string(ARM)], ENVS, threads, SUBSTEPS)
    for env in range(ENVS):
        simulator.place(env, start(env), np.zeros(2))
    rows = []
    for control in controls():
        simulator.step(control)
        rows.append(np.concatenate([simulator.qpos, simulator.qvel, simulator.sensors], axis=1))
    return simulator, np.array(rows)


def test_an_arm_moves_as_under_mj_step() -> None:
    _, rows = play()
    model = mujoco.MjModel.from_xml_string(ARM)
    for env in range(ENVS):
        data = mujoco.MjData(model)
        data.qpos[:] = start(env)
        for step, control in enumerate(controls()[:, env]):
            for now in control:
                data.ctrl[:] = now
                mujoco.mj_step(model, data)
            assert rows[step, env, :4] == pytest.approx(np.concatenate([data.qpos, data.qvel]), abs=1e-12)
            assert rows[step, env, 4:] == pytest.approx(data.sensordata, abs=1e-12)
    assert np.abs(rows[-1, 0] - rows[-1, 1]).max() > 0.01


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_change_no_bit(threads: int) -> None:
    assert (play()[1] == play(threads)[1]).all()


def test_a_placed_arm_remembers_nothing() -> None:
    simulator, rows = play()
    for env in range(ENVS):
        simulator.place(env, start(env), np.zeros(2))
    for step, control in enumerate(controls()[:5]):
        simulator.step(control)
        assert (simulator.qpos == rows[step, :, :2]).all()


def test_an_arm_of_another_weight_moves_otherwise() -> None:
    models = [mujoco.MjModel.from_xml_string(ARM) for _ in range(2)]
    models[1].body_mass[1] *= 3
    simulator = Simulator(models, 2, 1)
    for env in range(2):
        simulator.place(env, np.zeros(2), np.zeros(2))
    simulator.step(np.zeros((2, 4, 2)))
    assert simulator.qvel[0, 0] != simulator.qvel[1, 0]
