"""The official papers."""
