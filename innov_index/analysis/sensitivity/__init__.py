"""Which choice causes the uncertainty? Sobol indices, and one input changed at a time.

- run.py: the question and its answer as a result
- sobol.py: indices of an index: inputs in groups by step, outputs by unit
- estimators.py: the runs that are needed, and indices with intervals from their outputs; knows nothing of an
  index
- tornado.py: one input at a time, all others as the config states them
- tables.py: the answer in tables
"""
