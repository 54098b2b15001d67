"""The forms of `uncertainty.vary`, a class each: its keys, its checks, its example, and what it compiles to.

- forms.py: what a form is, the registry, and the reader that forms share
- compiled.py: what forms compile to; each variation is a function of some coordinates of a point
- choice_forms.py: settings of the config (alternatives, a range, schemes)
- weight_forms.py: weights among siblings
- data_forms.py: values, indicators and units

To add a form, write its class in one of the last three and put `@form` on it.
"""
