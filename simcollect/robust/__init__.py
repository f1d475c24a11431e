"""Whether an answer holds when what is not known is otherwise: where it turns, what moves it, who regrets it."""
