"""Experiments inside the model."""
