"""What open screens are told: how jobs stand, that a library changed, and who is there to see it."""
