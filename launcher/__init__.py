"""The launcher: everything between a clean clone and a running emoit, with the standard library only."""
