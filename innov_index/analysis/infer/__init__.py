"""Which weights lie behind published figures? Exactly, with a proof where none exist.

- run.py: the question and its answer as a result; queries.py turns a config and a query into questions
- questions.py: one question and its answer, with the power of the mean searched for where it is not known
- inference.py: the answer from arrays alone
- constraint_rows.py: what a linear row requires of the weights; score_rows.py: the rows of figures;
  order_rows.py: the rows of orders, and pairs of units with the same order whatever the weights;
  joint_rows.py: both together
- polytope.py: the set of weights that meet all rows, by linear programs over few of them
- infeasibility.py: whether weights exist, in rational arithmetic
- contradictions.py: units whose figures contradict each other, and the smallest correction
- power_means.py: means other than the arithmetic one
- simple_weights.py: round weights inside the set
- tables.py, sentences.py, proofs.py: the answer in tables, in words, and as proofs to check
"""
