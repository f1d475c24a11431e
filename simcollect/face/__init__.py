"""Whether the model's trade-offs have the signs that practitioners expect: demonstrations as executable checks."""
