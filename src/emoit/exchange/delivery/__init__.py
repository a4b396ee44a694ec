"""Bringing messages to partners: lend, carry, settle. Each step is committed before the next begins."""
