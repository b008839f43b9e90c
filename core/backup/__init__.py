"""The whole studio in one file, and back: the database at one moment, and the objects that it speaks of."""
