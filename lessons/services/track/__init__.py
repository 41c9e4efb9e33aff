"""Track: operations, evaluations, actions and findings, each followed to its end."""
