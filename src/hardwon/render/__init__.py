"""Results to text and JSON: wording and columns; no input or output."""
