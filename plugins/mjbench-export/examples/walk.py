# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false
"""A quadruped walks in MuJoCo from its ONNX file alone: python walk.py go1.onnx [SECONDS].

Needs mujoco, numpy and onnxruntime. The tasks Go1Walk, Go1WalkRandomised, Go1Forward, AnymalWalk and AnymalStep share
the observation below.
"""

import json
import sys

import mujoco
import numpy as np
import onnxruntime

if len(sys.argv) < 2:
    sys.exit("usage: python walk.py go1.onnx [SECONDS]")
policy = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
about = policy.get_modelmeta().custom_metadata_map
period_s, joints = float(about["control_period_s"]), json.loads(about["action"])
pose, scale = np.array(joints["default_pose_rad"]), np.array(joints["scale_rad"])
model = mujoco.MjModel.from_xml_string(about["mjcf"])
data = mujoco.MjData(model)
mujoco.mj_resetDataKeyframe(model, data, 0)
rotation, action = np.zeros(9), np.zeros(12, np.float32)
for _ in range(round(float(sys.argv[2] if len(sys.argv) > 2 else 10) / period_s)):
    base = data.qpos[3:7] * np.copysign(1.0, data.qpos[3])
    mujoco.mju_quat2Mat(rotation, base)
    velocity = rotation.reshape(3, 3).T @ data.qvel[:3]  # of the base, in its own frame
    parts = [data.qpos[7:] - pose, 0.05 * data.qvel[6:], base, 0.25 * data.qvel[3:6], velocity, action]
    action = policy.run(["action"], {"observation": np.concatenate(parts, dtype=np.float32)[None]})[0][0]
    data.ctrl[:] = pose + scale * action
    mujoco.mj_step(model, data, round(period_s / model.opt.timestep))
print(f"{data.time:.1f} s: {data.qpos[0]:.2f} m ahead, {data.qpos[1]:.2f} m to the left, base at {data.qpos[2]:.2f} m")
