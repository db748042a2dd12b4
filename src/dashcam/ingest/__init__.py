"""The inputs: whatever arrives becomes records."""
