"""Whether the rules are right: cases beside them, back-tests on leads whose outcome is known."""
