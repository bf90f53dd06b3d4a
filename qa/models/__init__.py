"""The weights that ship, each with its model card and checksum."""
