"""Stand-alone: draws one page of an untrusted PDF as PNG on its output. Run as `python -I drawer.py FILE PAGE`.

Like the inspector it knows nothing of Django and limits itself before it opens anything: memory 1.5 GB, processor
10 s, no file written. Exit 0 with the picture; any other exit means that there is none.
"""

from __future__ import annotations

import io
import resource
import sys
from pathlib import Path

MEMORY = 1_500_000_000
CPU_SECONDS = 10
WIDTH = 1200  # pixels: twice the width of the pane, for sharp screens
MOST_HEIGHT = 4_000  # of a page that is one long strip


def limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(path: Path, page: int) -> bytes:
    """Page `page`, from 1. Raises whatever the reader raises."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    drawn = document[page - 1]
    width, height = drawn.get_size()
    scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1))
    out = io.BytesIO()
    drawn.render(scale=scale, may_draw_forms=False).to_pil().save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def main() -> None:
    limit_self()
    sys.stdout.buffer.write(draw(Path(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
