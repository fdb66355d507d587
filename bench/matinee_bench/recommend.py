"""How well recommendations foretell what people went on to watch, judged offline on made-up people with structure (see
crates/catalog/examples/recommend.rs): the last fifth of what each watched is held back, and twenty titles are
recommended from the rest; against recommending what is watched most, and against likeness alone. Then, over 100,000
titles and 20,000 people with 30 views each, how long the job takes that works them out, and the time of a look-up at
500 requests/s.
"""

import json
import subprocess
from pathlib import Path

from .titles import Library, settled, size
from .rate import TOOLS, ask, cells
from .report import Table
from .server import Matinee

TITLE = "Recommendations"
TITLES, VIEWERS, EACH = size(100_000), 20_000, 30


def run(folder: Path) -> Table:
    table = Table(["what", "recall@20", "NDCG@20", "titles shown"])
    done = subprocess.run([TOOLS / "recommend"], check=True, capture_output=True, text=True)
    judged = json.loads(done.stdout)
    for what, name in [
        ("Matinee", "ours"),
        ("likeness alone (nobody's history but one's own)", "alike_only"),
        ("popularity", "popularity"),
    ]:
        row = judged[name]
        table.row(what, f"{row['recall']:.4f}", f"{row['ndcg']:.4f}", f"{row['coverage']:.0%}")
    server = Matinee(folder, ENABLE_TRANSCODING="false", MATINEE_AUTH="operator")
    library = Library(server.data, TITLES, viewers=VIEWERS, each=EACH)
    with server:
        # The first start enqueues the job by itself, beside which the search index is filled.
        taken = settled(server.data)
        ids = library.rng.sample(library.ids, min(20_000, TITLES))
        similar = ask(folder, [f"{server.base}/api/videos/{key}/similar" for key in ids], rate=500, seconds=20)
        people = [f"{server.base}/api/recommendations viewer={viewer:032x}" for viewer in range(5_000)]
        own = ask(folder, people, rate=100, seconds=20)
    names = "p50, p90, p99, max"
    table.notes.append(
        f"{judged['titles']:,} titles, {judged['people']:,} people, {judged['views']:,} views, {judged['judged']:,} "
        f"people judged.\n\nOver {TITLES:,} titles and {VIEWERS * EACH:,} views the job takes {taken:.1f} s. "
        f"What goes with a title: {', '.join(cells(similar))} ms ({names}; 500/s); what is recommended to a viewer: "
        f"{', '.join(cells(own))} ms (100/s)."
    )
    return table
