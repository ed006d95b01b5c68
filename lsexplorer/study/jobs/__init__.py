"""Cutting a study into jobs, and running them here, in processes, or on a cluster."""
