"""What the order says: cited data, and the few classes that load it."""
