"""Personal data at rest: encrypted values with a keyed hash for look-up."""

from emoit.kernel.personal.cipher import decrypt, encrypt, keyed_hash
from emoit.kernel.personal.fields import EncryptedTextField

__all__ = ["EncryptedTextField", "decrypt", "encrypt", "keyed_hash"]
