"""A study cut into jobs, and the places where they run: here, in processes, or on a cluster."""
