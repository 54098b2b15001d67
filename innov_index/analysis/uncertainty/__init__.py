"""How certain is a rank? Everything that may vary is drawn many times, scored in batches, counted.

- run.py: the question and its answer as a result
- combinations.py: the index under one combination of settings, ready for any weights
- model.py: points → scores of the root
- simulation.py: blocks of random points on several threads
- ranker.py, tally.py: ranks of a block of draws, and everything that is counted
- summary.py: counts → frequencies, quantiles, probabilities, with their errors
- certainty.py: rank intervals for the page and the figures
- draws.py: one draw again, or all draws in a Parquet file
- product.py: every combination of the choices, side by side
- tables.py, sentences.py: the answer in tables and in words
"""
