"""Animation files, written while their frames are made."""
