"""How sure is a rank? Everything that may vary, drawn many times, scored in batches, counted.

- variations.py: what may vary; each variation is a function of some coordinates of a point
- reading.py: the config's `uncertainty:` block → variations, checked
- sampling.py: points of the unit cube → weights and errors
- combinations.py: the index under one combination of settings, ready for any weights
- model.py: points → scores of the root
- simulation.py: blocks of random points on several threads, counted
- summary.py: counts → frequencies, quantiles, probabilities, and how exact they are
- draws_file.py: every variant to a Parquet file
- product.py: every combination of the choices, side by side
"""
