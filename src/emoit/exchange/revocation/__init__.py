"""Whether a certificate was revoked by whoever issued it: asked of the addresses that it names, and written down."""
