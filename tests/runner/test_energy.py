"""Energy of a run from counters like those of Linux, and what is said where there are none."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from records import make_record, make_run

from mjbench.runner.energy import EnergyMeter
from mjbench.stats.energy import CORE_W, KEY, mean_energy, run_energy
from mjbench.store.codec import dump_record, load_record
from mjbench.store.store import ResultStore

TICKS = os.sysconf("SC_CLK_TCK")


class Machine:
    """Counters of two packages, and the processor time of all processes."""

    def __init__(self, root: Path) -> None:
        self.powercap, self.stat = root / "powercap", root / "stat"
        for name in ("intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0", "intel-rapl", "dtpm"):
            (self.powercap / name).mkdir(parents=True)
        (self.powercap / "intel-rapl:0:0" / "energy_uj").write_text("5")  # a part of the first package
        self.set(9_000_000, 1_000_000, 100.0)

    def set(self, first_uj: int, second_uj: int, busy_s: float) -> None:
        for name, value in (("intel-rapl:0", first_uj), ("intel-rapl:1", second_uj)):
            (self.powercap / name / "energy_uj").write_text(f"{value}\n")
            (self.powercap / name / "max_energy_range_uj").write_text("9999999\n")
        user, system = int(0.75 * busy_s * TICKS), int(0.25 * busy_s * TICKS)
        self.stat.write_text(f"cpu  {user} 0 {system} 777 888 0 0 0 0 0\ncpu0 1 1 1 1\n")

    def meter(self) -> EnergyMeter:
        return EnergyMeter(self.powercap, self.stat)


def test_a_run_is_charged_its_share_of_all_packages(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    meter = machine.meter()
    machine.set(9_500_000, 4_500_000, 108.0)  # 0.5 J and 3.5 J while all processes took 8 s
    assert meter.joules(2.0) == pytest.approx(4.0 * 2 / 8)


def test_a_counter_that_began_again_is_followed(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    meter = machine.meter()
    machine.set(500_000, 1_000_000, 104.0)  # from 9.0 J over 10 J to 0.5 J
    assert meter.joules(4.0) == pytest.approx(1.5)


def test_no_run_is_charged_more_than_there_was(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    meter = machine.meter()
    machine.set(9_400_000, 1_600_000, 101.0)
    assert meter.joules(7.0) == pytest.approx(1.0)


def test_without_counters_that_may_be_read_nothing_is_said(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert EnergyMeter(tmp_path / "none", machine.stat).joules(1.0) is None
    assert EnergyMeter(machine.powercap, tmp_path / "none").joules(1.0) is None
    meter = machine.meter()
    (machine.powercap / "intel-rapl:1" / "energy_uj").unlink()  # as where reading is forbidden
    assert meter.joules(1.0) is None
    assert machine.meter().joules(1.0) is None


def test_a_measured_energy_is_kept_and_others_are_estimated(tmp_path: Path) -> None:
    plain = make_record(make_run())
    plain = replace(plain, resources=replace(plain.resources, cpu_s=100.0), provenance={"finished": "today"})
    told = replace(plain, run=replace(plain.run, seed=plain.run.seed + 1), provenance={"finished": "now", KEY: 3600.0})
    assert load_record(dump_record(told)) == told
    for record in (plain, told):
        ResultStore(tmp_path).write(record)
    for _ in range(2):  # from the files, then from the index
        found = [item.record for item in ResultStore(tmp_path).current(training=False)[0]]
        assert {record.run.seed: dict(record.provenance) for record in found} == {
            record.run.seed: dict(record.provenance) for record in (plain, told)
        }
    measured, estimated = run_energy(told), run_energy(plain)
    assert measured is not None
    assert estimated is not None
    assert (measured.joules, measured.measured, measured.text) == (3600.0, True, "1.00 Wh")
    assert (estimated.joules, estimated.measured) == (100.0 * CORE_W, False)
    assert estimated.text == "about 0.333 Wh"
    both = mean_energy([plain, told])
    assert both is not None
    assert (both.joules, both.measured) == ((3600.0 + 1200.0) / 2, False)


@pytest.mark.parametrize("told", ["3", -1.0, True, 1e300, None, [1]])
def test_an_energy_that_cannot_be_is_not_believed(told: object) -> None:
    record = make_record(make_run())
    record = replace(record, resources=replace(record.resources, cpu_s=10.0), provenance={KEY: told})
    energy = run_energy(record)
    assert energy is not None
    assert not energy.measured
