"""The files that a config names → the model's objects."""
