"""Recordings in and renditions out: safe decoding, measuring, encoding, and the way through all of it."""
