"""A grid of hyperparameters, trained on several seeds."""
