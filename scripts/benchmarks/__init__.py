"""What `scripts/bench` measures: one stage a module."""
