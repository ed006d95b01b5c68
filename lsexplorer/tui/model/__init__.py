"""What the screens show: the session, its frames, the free run."""
