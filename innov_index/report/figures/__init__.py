"""Figures to print: one function a figure, each returns a `Picture`; `saving` makes files of them."""
