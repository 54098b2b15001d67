"""Whether a benchmark only shows that it runs: small sizes, few repetitions, meaningless figures.

Set by INNOV_INDEX_QUICK=1, as in the test that runs every command of README.md.
"""

from __future__ import annotations

import os

QUICK = bool(os.environ.get("INNOV_INDEX_QUICK"))
