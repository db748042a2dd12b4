"""What we know of each coding agent: where it leaves its lines, and how to read them."""
