"""One run, step by step."""
