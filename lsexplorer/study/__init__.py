"""Studies of many trained networks: match, sweep, claims, patterns."""
