from tests.support.world_fixtures import in_world, world

__all__ = ["in_world", "world"]
