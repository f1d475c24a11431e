"""What an event does to an account: the four stages, and all that happens by itself.

Engines call this and only move the clock.
"""
