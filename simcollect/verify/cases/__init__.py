"""The cases that the program ships, a file for each part of theory."""
