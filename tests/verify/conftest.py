from tests.support.signed import leader, sandbox, seal, services_up, signatures, signed

__all__ = ["leader", "sandbox", "seal", "services_up", "signatures", "signed"]
