"""Opens a PKCS#12 file in a process of its own, which is ended when it takes too long.

Such a file says how often its password is to be hashed: two thousand million times
would hold a worker for hours. This module is also the program of that process.
"""

import base64
import subprocess
import sys

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

SECONDS = 10
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm)


def open_pkcs12(data: bytes, password: str) -> bytes:
    """Return the certificate of the file, in DER; raise ValueError without one."""
    told = base64.b64encode(password.encode()) + b"\n" + data
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, __file__],
            input=told,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError("The file takes too long to open.") from error
    if done.returncode != 0:
        raise ValueError("The file does not open.")
    return done.stdout


def main() -> int:
    """Open the file on standard input, after a line with its password in base64."""
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    try:
        found = pkcs12.load_key_and_certificates(data, base64.b64decode(line))[1]
    except UNREADABLE:
        return 1
    if found is None:
        return 1
    sys.stdout.buffer.write(found.public_bytes(Encoding.DER))
    return 0


if __name__ == "__main__":
    sys.exit(main())
