"""How far the model can be trusted: coverage of its intervals, and one page that gathers every check."""
