"""A family's year and the worked cases of the domain, driven through a running service."""
