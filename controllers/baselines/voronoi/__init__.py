"""voronoi."""
