"""The rows of the data."""
