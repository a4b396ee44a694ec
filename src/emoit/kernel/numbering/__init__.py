"""Gapless numbers, each bound to the thing that bears it."""

from emoit.kernel.numbering.allocate import allocate, void

__all__ = ["allocate", "void"]
