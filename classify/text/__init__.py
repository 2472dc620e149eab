"""The ground floor: Chinese text and nothing else. Imports nothing of the package but errors and records."""
