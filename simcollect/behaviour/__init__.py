"""How borrowers behave: pure functions of numbers, the same with and without compilation."""
