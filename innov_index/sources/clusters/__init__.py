"""Clusters of points on the globe: found by density (`dbscan`), merged, named after their cities, ranked."""
