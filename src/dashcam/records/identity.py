"""Stable 64-bit identities for things whose names are too long to store twice."""

from hashlib import blake2b


def key64(*parts: str) -> int:
    """Hash names to a signed 64-bit integer, the same on every machine and in every version."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
