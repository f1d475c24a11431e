"""Every table of outcomes: one file a noun, one function a table, each from the event log alone."""
