"""From what a record says of its place to the unit it counts for."""
