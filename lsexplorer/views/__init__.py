"""The numbers of each picture of a run: what it shows, and not how it is drawn."""

VIEWS = ("tables", "network", "map", "clusters", "reliability", "weights", "errors")
"""What the explorer can show of a run: tables and charts, or one of the pictures. Their keys are 1, 2, 3 …"""
