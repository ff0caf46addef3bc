"""The knowledge of extraction as data: TOML files that a person can read and extend."""
