"""bullet."""
