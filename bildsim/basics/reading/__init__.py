"""Files that may be somebody else's, read up to a bound: whole, JSON, arrays, line by line."""
