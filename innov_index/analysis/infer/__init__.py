"""Which weights lie behind a published ranking? Exactly, with a proof where there are none.

`infer_from_scores` and `infer_from_order` (inference.py) work on arrays; `questions_of` (of_index.py) takes
the arrays from a config.

- intervals.py: a printed figure is the interval of the numbers that print as it
- rows.py: what a linear row demands of the weights; score_rows.py: those of figures; order_rows.py: those of
  orders; chains.py: orders whose pairs are not listed
- polytope.py: the set of weights that meet all rows, by linear programs over few of them
- exact_game.py, certificates.py: the answer yes or no in rational arithmetic
- contradictions.py: whose figures contradict each other, and the least change that mends them
- powers.py: means other than the arithmetic one
- simple_weights.py: round weights inside the set
- dominance.py: pairs that stand whatever the weights
"""
