"""Opening a file: which, and how it is to be read."""
