"""The terminal's screens, on the same questions as every other interface."""
