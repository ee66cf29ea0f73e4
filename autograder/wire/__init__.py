"""Data between the trusted side and a student's kernel; data only, and bounded.

Owns: the frame, its bounds, and its way over a socket. May not: pickle, evaluate,
import by name, or call a method of a class that it does not know. Imports the standard
library, numpy, `errors` and `arrays` only, for it also runs in the student's kernel.
There it may be tampered with: what counts are the checks of the side that decodes.

A frame, all numbers little-endian:

    magic "AGW1" | size of header, u32 | size of payload, u64 | header | payload

The header is one value in prefix order: a tag byte, then its numbers or sizes, then
its items. The payload holds the bytes of texts and arrays, in the header's order. Every
size is compared with the available bytes, and with `Limits`, before anything is
allocated.

    N  T  F                                     None, True, False
    i  i64                                      int
    I  sign u8, size u32, bytes                 int beyond 64 bits
    f  f64                                      float
    c  real f64, imag f64                       complex
    s  size u32                                 text, UTF-8
    b  size u64                                 bytes
    l  count u32, items                         list
    t  count u32, items                         tuple
    d  count u32, (key's size u32, value) each  dict
    n  dtype u8                                 numpy scalar
    a  dtype u8, ndim u8, axes u64 each         array, C order
    x  framework u8, device u8, gradient u8,
       then as an array                         Tensor
    h  id u64, kind u8, name's size u32         Handle
"""

from autograder.errors import WireError
from autograder.wire.reader import decode
from autograder.wire.stream import receive, send, send_frame
from autograder.wire.values import DEFAULT_LIMITS, DTYPES, Handle, Limits, Value
from autograder.wire.writer import encode

__all__ = [
    "DEFAULT_LIMITS",
    "DTYPES",
    "Handle",
    "Limits",
    "Value",
    "WireError",
    "decode",
    "encode",
    "receive",
    "send",
    "send_frame",
]
