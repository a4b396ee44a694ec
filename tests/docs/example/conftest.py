from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "world"]
