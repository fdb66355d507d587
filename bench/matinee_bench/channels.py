"""What channels cost, in the pure function alone (crates/channels/examples/channels.rs), on one core: live playlists
written in a second, of 2,000 channels in turn, rungs and sound, at instants that move on; the guide of 1,000 channels
for a week as XMLTV, worked out from definitions and library and written; and the memory of 10,000 channels of their
own rules, evenings and fillers over a library of 20,000 items, first while nobody watches them, then with the day in
hand of which each of them is streamed.
"""

import json
import subprocess
from pathlib import Path

from .rate import TOOLS
from .report import Table

TITLE = "Channels"
ITEMS, CHANNELS = 20_000, 10_000


def run(_folder: Path) -> Table:
    command = ["taskset", "-c", "0", TOOLS / "channels", str(ITEMS), str(CHANNELS)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    table = Table(["what", "measured", "target"])
    table.row("playlists a second on one core", f"{told['playlists_per_s']:,.0f}", "100,000")
    table.row("guide of 1,000 channels for 7 days", f"{told['guide_s']:.2f} s", "1 s")
    table.row("memory of 10,000 channels that nobody watches", f"{told['idle_mib']:.0f} MiB", "300 MiB")
    table.row("more, when all of them are watched", f"{told['watched_mib']:.0f} MiB", "-")
    table.notes.append(
        f"A playlist has {told['playlist_bytes']:,} bytes, the guide {told['guide_programmes']:,} listings in "
        f"{told['guide_bytes'] / 1e6:.0f} MB. The library itself takes {told['library_mib']:.0f} MiB, once for all."
    )
    return table
