"""The checks of `hardwon check`: each compares one thing that the memory says with another."""
