"""Stable 64-bit identities for things whose names are too long to store twice."""

from hashlib import blake2b

_BETWEEN = "\x1f"


def key64(*parts: str) -> int:
    """Hash names to a signed 64-bit integer, the same on every machine and in every version."""
    text = _BETWEEN.join(parts)
    if text.count(_BETWEEN) < (len(parts) or 1):
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    else:
        # A part holds the sign itself: the lengths say where each ends, in a hash that no other names are put through.
        lengths = ",".join(str(len(part)) for part in parts)
        digest = blake2b(
            f"{lengths};{text}".encode("utf-8", "surrogatepass"), digest_size=8, person=b"lengths"
        ).digest()
    return int.from_bytes(digest, "big", signed=True)
