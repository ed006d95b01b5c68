"""What the commands print, a module for each."""
