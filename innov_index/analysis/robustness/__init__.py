"""Exact statements about ranks over a set of weights: nothing is sampled, every claim has a certificate."""
