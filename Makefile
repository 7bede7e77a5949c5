# make bench   train the quick suite and show its leaderboard      make check   lint, format, types, import floors
# make test    all tests                                            make docs    the documentation as a website
# make results validate the records that a change touches (BASE=main)
# make test-slurm   the tests of mjbench-slurm on a real Slurm on this machine (Debian or Ubuntu, as root; some minutes)
# make release  build the wheels of all packages, install them into an empty environment, and run the quickstart there
# make lock     write uv.lock again, for the versions of constraints.txt (needs uv)
# make speed   fail where a fast kernel lost its lead (ratios, a minute)
# make track    append speed and results of short runs to benchmarks/history.jsonl, and say what changed
PYTHON ?= python3
BIN := .venv/bin
PLUGINS := $(sort $(wildcard plugins/mjbench-*))
# Plugins that bring an engine of their own, hundreds of megabytes each: for the tests, and not for `make bench`.
HEAVY := plugins/mjbench-envpool plugins/mjbench-export plugins/mjbench-ray plugins/mjbench-sbx plugins/mjbench-warp
SOURCES := pyproject.toml constraints.txt $(addsuffix /pyproject.toml,$(PLUGINS))
BENCH := build/bench
RELEASE := build/release
# Options of pytest: as many workers as there are cores.
PYTEST ?= -n auto

.PHONY: bench test test-all test-slurm torture check results speed track docs release lock clean

bench: .venv/.core
	$(BIN)/mjbench run --suite quickstart --results $(BENCH)/results
	$(BIN)/mjbench leaderboard quickstart --results $(BENCH)/results --out $(BENCH)/leaderboards
	-$(BIN)/mjbench video $(BENCH)/results/gymnasium/InvertedPendulum-v5/fast-sac/1-* --out $(BENCH)/policy.mp4

test: .venv/.dev
	$(BIN)/python -m pytest $(PYTEST)

test-all: test
	$(BIN)/mjbench plugins check mjbench-gymnasium
	$(BIN)/mjbench plugins check mjbench-dmcontrol

test-slurm: .venv/.dev
	for name in munged slurmctld slurmd sbatch; do PATH="$$PATH:/usr/sbin" command -v $$name > /dev/null || missing=1; done; \
	test -z "$$missing" || apt-get install -y --no-install-recommends slurmctld slurmd slurm-client munge
	MJBENCH_TEST_SLURM=1 $(BIN)/python -m pytest -n 0 plugins/mjbench-slurm/tests

torture: .venv/.dev
	$(BIN)/python tests/torture.py --kills 200

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright

results: .venv/.dev
	$(BIN)/python tests/check_results.py $(if $(BASE),--base $(BASE))

speed: .venv/.dev
	$(BIN)/python benchmarks/fast_vs_sb3.py --short --check

track: .venv/.dev
	$(BIN)/python benchmarks/track.py

docs: .venv/.dev
	$(BIN)/pip install -q -c constraints.txt --group docs
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

release: .venv/.dev
	rm -rf $(RELEASE)
	for package in . $(PLUGINS); do (cd $$package && $(CURDIR)/$(BIN)/python -m hatchling build -d $(CURDIR)/$(RELEASE)/dist) || exit 1; done
	$(PYTHON) -m venv $(RELEASE)/venv
	$(RELEASE)/venv/bin/pip install -q -c constraints.txt --find-links $(RELEASE)/dist 'mjbench[all]'
	cd $(RELEASE) && venv/bin/mjbench run --suite quickstart && venv/bin/mjbench leaderboard quickstart

lock:
	uv lock $(shell sed 's/#.*//; s/[[:space:]]*$$//; /^$$/d; s/^/-P /' constraints.txt)

clean:
	rm -rf build docs/_build .venv

# Two stamps: the core with the plugins of ours, and on top of it the tools of the developers and the heavy plugins.
.venv/.core: $(SOURCES)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --upgrade "pip>=25.1"
	$(BIN)/pip install -q -c constraints.txt -e '.[video]' $(addprefix -e ./,$(filter-out $(HEAVY),$(PLUGINS)))
	touch $@

.venv/.dev: .venv/.core
	$(BIN)/pip install -q -c constraints.txt --group dev $(addprefix -e ./,$(HEAVY))
	touch $@
