"""Brief: before an operation, the lessons that matter for it; and what was done with them."""
