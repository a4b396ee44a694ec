"""The main job of emoit, driven from outside over HTTP as people's browsers would. Imports nothing of emoit."""
