"""Import: from files that people have to records that say each thing once."""
