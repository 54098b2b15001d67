"""Whether a benchmark only shows that it runs: small sizes, few repetitions, no figures worth keeping.

Set INNOV_INDEX_QUICK=1, as the test does that runs every command of README.md.
"""

from __future__ import annotations

import os

QUICK = bool(os.environ.get("INNOV_INDEX_QUICK"))
