"""`python -m dashcam.server.describe`: the OpenAPI schema on standard output, for the web app's types."""

import sys

import msgspec

from dashcam.server.app import description

if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(description()), indent=1) + b"\n")
