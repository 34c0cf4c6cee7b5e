"""The planners that BILD-MACRO is compared with, one a file."""
