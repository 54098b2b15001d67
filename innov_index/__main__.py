"""`python -m innov_index` is `innov-index`."""

from innov_index.cli import main

main(prog_name="innov-index")
