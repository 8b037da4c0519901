"""leadctl: lead management in a terminal, on a file that you own."""

__version__ = "0.1.0"
