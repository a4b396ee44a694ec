"""Addresses, signatures, tries and states: values in, values out."""
