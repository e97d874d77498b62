"""Measurements of the running service beside a bare echo, raw COPY and peers, all in one run."""
