"""What the business decided, read from leadctl.toml: conditions, scoring, assignment, mapping."""
