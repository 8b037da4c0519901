"""Finding duplicates: who may be the same, how alike they are, and which of them form a group."""
