"""Floor 2: the jobs people do, one module per room. Rooms never import one another."""
