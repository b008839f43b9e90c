"""Ways to reach browsers that are not looked at."""
