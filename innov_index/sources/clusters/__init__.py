"""Clusters of points on the globe: found by density, merged, named after their cities, and ranked."""
