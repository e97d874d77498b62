"""The yearly statement of an account: what it counts, its sums, and the page that is printed."""
