"""Results to what people and programs read: JSON, CSV, ninjs, HTML, the terminal."""
