"""Collaboration networks between units: from documents to ties (`pairs`, `counting`), from ties to measures.

`conventions.measure` is the way in for a measure by name.
"""
