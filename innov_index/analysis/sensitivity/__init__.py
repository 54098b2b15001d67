"""Which choice causes the uncertainty? Sobol indices, and one input changed at a time.

- estimators.py: outputs at the points of a design → indices and their intervals; knows nothing of an index
- design.py: scrambled Sobol points in independent replicates, and which inputs each run takes from where
- of_index.py: the same for an index: inputs in groups by step, outputs by unit
- tornado.py: one input at a time, all others as the config stands
"""
