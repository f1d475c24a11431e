"""Many runs of the model: what to run, running it anywhere, and keeping what is finished."""
