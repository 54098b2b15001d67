"""Which weights lie behind published figures? Exactly, with a proof where none exist.

- run.py: the question and its answer as a result; queries.py turns a config and a query into questions
- node_figures.py, stated_arithmetic.py, order_of_units.py: what figures, config and ranks say of a node
- questions.py: one question; answering.py: its answer, alone and with others; power_search.py: the power of
  the mean where it is not known
- inference.py: the answer from arrays alone
- constraint_rows.py: what a linear row requires of the weights; score_rows.py: the rows of figures;
  order_rows.py: the rows of orders; joint_rows.py: both together; tree_forms.py, tree_rows.py: those of
  several nodes, which together.py asks at once
- dominance.py: pairs of units with the same order whatever the weights
- polytope.py: the set of weights that meet all rows, by linear programs over few of them
- infeasibility.py: whether weights exist, in rational arithmetic
- contradictions.py: units whose figures contradict each other, and the smallest correction
- power_means.py: means other than the arithmetic one
- simple_weights.py: round weights inside the set
- tables.py, sentences.py, proofs.py: the answer in tables, in words, and as proofs to check
"""
