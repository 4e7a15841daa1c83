"""From the files that a person writes to settings and baselines; every complaint names file, line and key."""
