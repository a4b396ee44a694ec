"""From the rows of a catalogue index, with their holes, to documents that can be published and used."""
