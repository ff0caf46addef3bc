"""How much memory is a process's alone?"""

from __future__ import annotations

import re
from pathlib import Path


def private_bytes() -> int:
    """The memory that is this process's alone, in bytes. Linux only: raises OSError elsewhere."""
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return 1024 * sum(int(size) for size in re.findall(r"Private_\w+: +(\d+) kB", rollup))
