"""A stand-in of an S3 service, and of what goes wrong on the way to it."""
