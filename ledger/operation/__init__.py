"""How the service is set up, started, watched and ended; nothing here decides about money."""
