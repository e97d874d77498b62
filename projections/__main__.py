"""`python -m projections`: the runner's process of a service."""

from projections.process import main

if __name__ == "__main__":
    main()
