"""The screens, a folder each, and what they share; the only package that imports Textual."""
