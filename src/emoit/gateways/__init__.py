"""Gateways: one folder for each other system, see docs/how-to/add-a-gateway.md. None imports another."""
