"""What the stories of registers are made with."""
