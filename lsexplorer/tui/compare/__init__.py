"""Regularisers side by side."""
