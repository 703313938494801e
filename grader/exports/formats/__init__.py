"""One module a format, whose `FORMAT` says all that the command needs; its name is the format's."""
