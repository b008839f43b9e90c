"""Bringing the operator's music into the catalogue: rows of a file, files of a folder."""
