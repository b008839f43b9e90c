"""What the API says and takes, as models."""
