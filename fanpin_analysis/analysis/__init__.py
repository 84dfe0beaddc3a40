"""Pure functions over frames, the same on every engine."""
