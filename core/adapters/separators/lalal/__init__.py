"""LALAL.AI, API version 1: voices taken out by somebody else's machines, paid by the minute of sound."""
