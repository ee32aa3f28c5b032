"""The translations beside bot/language: whole, and brought up to date by `make translations`."""
