"""Runs the named benchmarks (all by default), prints their tables and keeps them in bench/results.md."""

import importlib
import sys
import tempfile
from pathlib import Path

from . import report

NAMES = ["segments", "ladder", "playable", "upload", "home", "search", "recommend", "live", "chat", "latency", "channels", "analytics", "idle"]


def main() -> int:
    names = sys.argv[1:] or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names:
        module = importlib.import_module(f".{name}", __package__)
        print(f"\n## {module.TITLE}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"matinee-bench-{name}-") as folder:
            table = module.run(Path(folder))
        print(table.text(), flush=True)
        report.keep(name, module.TITLE, (module.__doc__ or "").strip(), table)
    print(f"\nkept in {report.RESULTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
