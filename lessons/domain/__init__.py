"""Ground floor: values and rules. Imports the standard library and pydantic only."""
