"""Whether the score rules would have known: back-tests on leads whose outcome is known."""
