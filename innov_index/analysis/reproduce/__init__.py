"""Does a published ranking follow from its published inputs, and where does it not?"""
