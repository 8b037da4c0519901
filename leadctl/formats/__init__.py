"""One file kind each: rows of text in, rows out; nothing here knows what a lead is."""
