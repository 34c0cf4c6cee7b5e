"""bild_macro."""
