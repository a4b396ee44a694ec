from tests.support.requests import enrolled, places
from tests.support.signed import leader, sandbox, seal, services_up, signatures, signed

__all__ = ["enrolled", "leader", "places", "sandbox", "seal", "services_up", "signatures", "signed"]
