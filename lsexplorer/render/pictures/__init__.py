"""Pictures of a run as rows of characters with colours."""
