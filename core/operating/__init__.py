"""What the operator does about people and jobs."""
