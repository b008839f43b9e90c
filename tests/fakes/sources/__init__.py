"""Stand-ins of the music sources, one module each; `base` is what they share."""
