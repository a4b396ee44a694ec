"""Gapless numbers, each bound to the thing that bears it."""

from emoit.kernel.numbering.allocate import allocate, pass_over, take_over, void

__all__ = ["allocate", "pass_over", "take_over", "void"]
