"""From the place that a record states to the unit that it counts for."""
