"""A grid of strengths, trained on several seeds."""
