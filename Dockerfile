# mjbench with its light plugins, on processors: training, boards, and pictures without a display.
#   docker build -t mjbench .
#   docker run --rm --user "$(id -u)" -v "$PWD:/work" mjbench run --suite quickstart
FROM python:3.11-slim-bookworm

# EGL and OSMesa draw without a display; with EGL, PyOpenGL also loads libOpenGL
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libopengl0 libosmesa6 \
    && rm -rf /var/lib/apt/lists/*

# Torch without CUDA. For a graphics card: --build-arg TORCH_INDEX=https://pypi.org/simple
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

WORKDIR /opt/mjbench
COPY . .
RUN pip install --no-cache-dir --extra-index-url "$TORCH_INDEX" -c constraints.txt '.[video]' \
    ./plugins/mjbench-gymnasium ./plugins/mjbench-dmcontrol ./plugins/mjbench-legged ./plugins/mjbench-quadruped \
    ./plugins/mjbench-franka ./plugins/mjbench-humanoid ./plugins/mjbench-sb3 ./plugins/mjbench-fast \
    ./plugins/mjbench-hub ./plugins/mjbench-optuna ./plugins/mjbench-slurm ./plugins/mjbench-trackers

# Compiled kernels and caches of whatever user runs it
ENV HOME=/tmp
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["mjbench"]
CMD ["--help"]
