"""The explorer in a browser: a web server that starts a process for each visitor, and what it lets a visitor do."""
