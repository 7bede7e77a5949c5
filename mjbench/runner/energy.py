"""Energy of the processor while a run is at work, where the machine counts it: RAPL through Linux's powercap.

The counters are those of whole processor packages. A run is charged the share of the energy that its processor time has
of the processor time of the machine, so that runs side by side are not charged twice.
"""

import os
import re
import threading
from pathlib import Path

POWERCAP = Path("/sys/class/powercap")
STAT = Path("/proc/stat")
PERIOD_S = 60.0
"""Between two looks: a counter of 262 kJ, the usual one, begins again after ten minutes at 400 W."""
_PACKAGE = re.compile(r"intel-rapl:\d+")  # AMD's have the same name; intel-rapl:0:1 is a part of a package
_BUSY = (0, 1, 2, 5, 6)
"""Of the columns of /proc/stat: user, nice, system, irq, softirq."""


class EnergyMeter:
    """Counts from when it is made. On most machines root alone may read the counters; it does nothing without them.

    Args:
        powercap: folder of the counters.
        stat: file with the processor time of the machine.
    """

    def __init__(self, powercap: Path = POWERCAP, stat: Path = STAT) -> None:
        self._stat = stat
        self._total_uj = 0
        self._lock, self._over = threading.Lock(), threading.Event()
        self._last: dict[Path, int] = {}
        try:
            packages = sorted(path for path in powercap.iterdir() if _PACKAGE.fullmatch(path.name))
            self._last = {path: _number(path / "energy_uj") for path in packages}
            self._busy_s = _busy_s(stat)
        except (OSError, ValueError, IndexError):
            self._last = {}
        if self._last:
            threading.Thread(target=self._watch, name="energy", daemon=True).start()

    def joules(self, cpu_s: float) -> float | None:
        """Energy of a process since the meter was made; None where it is not known. The meter then stops.

        Args:
            cpu_s: processor seconds of the process since then.
        """
        self._over.set()
        if not self._last or not self._look():
            return None
        try:
            busy_s = _busy_s(self._stat) - self._busy_s
        except (OSError, ValueError, IndexError):
            return None
        # Clock ticks are coarse: a process alone on the machine can seem to take more than there was.
        return round(self._total_uj * 1e-6 * min(1.0, cpu_s / busy_s), 3) if busy_s > 0 and self._total_uj else None

    def _watch(self) -> None:
        while not self._over.wait(PERIOD_S) and self._look():
            pass

    def _look(self) -> bool:
        """Add what has been counted since the last look; False where a counter can no longer be read."""
        with self._lock:
            try:
                for path, before in self._last.items():
                    now = _number(path / "energy_uj")
                    around = _number(path / "max_energy_range_uj") + 1 if now < before else 0
                    self._total_uj += now - before + around
                    self._last[path] = now
            except (OSError, ValueError):
                self._last = {}
            return bool(self._last)


def _number(path: Path) -> int:
    return int(path.read_text())


def _busy_s(stat: Path) -> float:
    """Processor seconds of all processes of the machine since it started."""
    columns = stat.read_text().partition("\n")[0].split()[1:]
    return sum(int(columns[at]) for at in _BUSY) / os.sysconf("SC_CLK_TCK")
