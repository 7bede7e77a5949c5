"""Pictures to files: H.264 in MP4, which every browser plays, and PNG. Both appear whole or not at all."""

import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.io.printable import printable

TEXT = 14
"""Height of a caption's letters in pixels."""


def require_encoder() -> None:
    """Raise MjbenchError, with the cure, where no video can be written."""
    if find_spec("imageio_ffmpeg") is None:
        raise MjbenchError(
            'a video needs an encoder: pip install ".[video]" (in a clone of mjbench); '
            "a row of pictures needs none: .png"
        )


def write_mp4(path: Path, frames: Iterable[np.ndarray], fps: float) -> int:
    """Write a video and return its number of frames.

    Args:
        path: what to write; replaced where it exists.
        frames: at least one, each (height, width, 3) uint8, all of one size; an odd row or column is cut off.
        fps: frames a second.

    Raises:
        MjbenchError: imageio-ffmpeg is not installed, or the encoder fails.
    """
    require_encoder()
    import imageio_ffmpeg

    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".video-") as scratch:
        partial = Path(scratch) / "video.mp4"
        writer, count = None, 0
        try:
            for frame in frames:
                even = np.ascontiguousarray(frame[: len(frame) // 2 * 2, : frame.shape[1] // 2 * 2])
                if writer is None:
                    writer = imageio_ffmpeg.write_frames(
                        str(partial),
                        even.shape[1::-1],
                        fps=fps,  # pyright: ignore[reportArgumentType]  fractions of a frame are documented
                        macro_block_size=2,
                        output_params=["-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact"],
                    )
                    writer.send(None)
                writer.send(even)
                count += 1
            if writer is not None:
                writer.close()
                writer = None
            os.replace(partial, path)
        except OSError as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
            raise MjbenchError(f"cannot write the video {path}: {reason}") from error
        finally:
            if writer is not None:  # the encoder ends before its folder is removed
                with suppress(OSError):
                    writer.close()
    return count


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Write one picture, (height, width, 3) uint8."""
    from PIL import Image

    body = io.BytesIO()
    Image.fromarray(pixels).save(body, "PNG", optimize=True)
    write_atomic(path, body.getvalue())


def side_by_side(frames: Sequence[np.ndarray], gap: int = 4) -> np.ndarray:
    """Frames from left to right on white, (height, width, 3) uint8 each; at least one."""
    return below([frame.transpose(1, 0, 2) for frame in frames], gap).transpose(1, 0, 2)


def below(frames: Sequence[np.ndarray], gap: int = 4) -> np.ndarray:
    """Frames from top to bottom on white, (height, width, 3) uint8 each; at least one."""
    width = max(frame.shape[1] for frame in frames)
    column = np.full((sum(len(frame) + gap for frame in frames) - gap, width, 3), 255, np.uint8)
    top = 0
    for frame in frames:
        column[top : top + len(frame), : frame.shape[1]] = frame
        top += len(frame) + gap
    return column


def captioned(frame: np.ndarray, lines: Sequence[str]) -> np.ndarray:
    """The frame (height, width, 3) uint8 with lines of text below it; what is too long is cut."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(TEXT)
    strip = Image.new("RGB", (frame.shape[1], (TEXT + 5) * len(lines) + 5), "white")
    pen = ImageDraw.Draw(strip)
    for row, line in enumerate(map(printable, lines)):
        while line and pen.textlength(line, font) > strip.width - 8:
            line = f"{line[:-2]}…" if len(line) > 2 else ""
        pen.text((4, 3 + row * (TEXT + 5)), line, "black", font)
    return below([frame, np.asarray(strip)], 0)
