"""One subject a music source: what the shared suite needs to know of it."""
