"""Do indicators measure a few things, which, and how well: tests, factors, clusters, contributions."""
