"""The registers for the tests of a package: take `running_pair` and `registers` into its modules or conftest.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.registers import Registers, running_registers
from tests.support.world import World


@pytest.fixture(scope="package")
def running_pair(in_world: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registers]:
    with running_registers(tmp_path_factory.mktemp("registers")) as found:
        yield found


@pytest.fixture
def registers(running_pair: Registers, world: World) -> Registers:
    """Both registers as they should be, connected to the world."""
    running_pair.reset()
    running_pair.connect(world)
    return running_pair
