"""Bringing an index along from another tool: its tables become a config, a framework and data."""
