"""Pages and API: HTTP in, HTTP out, one blueprint per room."""
