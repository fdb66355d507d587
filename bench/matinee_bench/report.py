"""The tables, and the page that keeps them."""

import datetime
import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results.md"


@dataclass
class Table:
    """Rows of text under a heading; `notes` stand below."""

    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, *cells: object) -> None:
        self.rows.append([str(cell) for cell in cells])
        print("   " + " | ".join(self.rows[-1]), flush=True)

    def text(self) -> str:
        widths = [max(len(line[i]) for line in [self.columns, *self.rows]) for i in range(len(self.columns))]
        line = lambda cells: "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
        rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        return "\n".join([line(self.columns), rule, *map(line, self.rows), *[f"\n{note}" for note in self.notes]])


def machine() -> str:
    """The processor, cores, memory and kernel that the numbers were taken on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    name = re.sub(r"\s+", " ", cpu[1]) if cpu else platform.machine()
    gib = int(memory[1]) / (1 << 20) if memory else 0
    return f"{len(os.sched_getaffinity(0))} cores of {name}, {gib:.0f} GiB, Linux {platform.release()}"


def version(*command: str) -> str:
    """The first line that a program says of its version."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0]


HEAD = """# Results

Each table is what one command printed, peers measured in the same run. Take your own: `make bench`, or
`make bench BENCH="segments idle"` for some of them.
"""


def keep(name: str, title: str, method: str, table: Table) -> None:
    """Puts a benchmark's section into the page, in place of its last one."""
    page = RESULTS.read_text() if RESULTS.exists() else HEAD
    today = datetime.datetime.now(datetime.UTC).date()
    section = (
        f"\n## {title}\n<!-- {name} -->\n\n{method}\n\n`make bench BENCH={name}`, {today}, {machine()}:\n\n"
        f"{table.text()}\n<!-- end of {name} -->\n"
    )
    pattern = re.compile(rf"\n## [^\n]*\n<!-- {name} -->.*?<!-- end of {name} -->\n", re.DOTALL)
    page = pattern.sub(lambda _: section, page) if pattern.search(page) else page + section
    RESULTS.write_text(page)
