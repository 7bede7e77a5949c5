"""The final policies of the committed records, filmed."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from committed import committed_results
from PIL import Image
from records import make_record, make_run

import mjbench.envs.rendering
from mjbench.cli.leaderboard import leaderboard_command
from mjbench.cli.video import video_command
from mjbench.errors import MjbenchError
from mjbench.evaluation import video as pictures
from mjbench.evaluation.video import side_by_side, write_mp4, write_png
from mjbench.spec.record import failure
from mjbench.store.store import ResultStore

RESULTS = committed_results()
REACHER = RESULTS / "gymnasium" / "Reacher-v5" / "sac"


@pytest.fixture(scope="module", autouse=True)
def drawing() -> None:
    mjbench.envs.rendering.choose_backend()


def drawn() -> None:
    if cause := mjbench.envs.rendering.no_rendering():
        pytest.skip(f"nothing can be drawn here: {cause}")


def video(*arguments: object) -> Result:
    return CliRunner().invoke(video_command, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    result = video(*arguments)
    assert isinstance(result.exception, MjbenchError), result.output
    return str(result.exception)


def read_png(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def watched(path: Path) -> tuple[dict[str, Any], int]:
    """What a video says of itself, and its number of frames."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    stream = next(line for line in done.stderr.decode().splitlines() if "Stream #0:0" in line)
    codec, width, height, fps = re.search(r"Video: (\w+).* (\d+)x(\d+).*?, ([\d.]+) fps", stream).groups()  # type: ignore[union-attr]
    told = {"codec": codec, "size": (int(width), int(height)), "fps": float(fps)}
    return told, len(done.stdout) // (3 * int(width) * int(height))


def test_a_row_of_pictures_shows_the_recorded_episode(tmp_path: Path) -> None:
    drawn()
    folder = min(REACHER.iterdir())
    out = tmp_path / "run.png"
    result = video(folder, "--out", out, "--frames", 3, "--episode", 2)
    assert result.exit_code == 0, result.exception
    recorded = ResultStore(folder).read(folder).final_returns[2]
    assert f"evaluation seed 1,000,002: 50 steps, return {recorded:,.6g}, as recorded" in result.output
    seen = read_png(out)
    assert seen.shape == (480, 3 * 480 + 2 * 4, 3)
    first, last = seen[:, :480], seen[:, -480:]
    assert np.ptp(first) > 0
    assert (first != last).any()


def test_a_video_has_every_second_step_of_a_task_of_fifty_a_second(tmp_path: Path) -> None:
    drawn()
    pytest.importorskip("imageio_ffmpeg", reason="no encoder: pip install imageio-ffmpeg")
    run_id = min(REACHER.iterdir()).name.partition("-")[2]
    result = video(run_id[:10], "--results", RESULTS, "--out", tmp_path / "run.mp4")
    assert result.exit_code == 0, result.exception
    told, frames = watched(tmp_path / "run.mp4")
    assert (told["codec"], told["fps"], told["size"], frames) == ("h264", 25.0, (480, 480), 26)
    assert [path.name for path in tmp_path.iterdir()] == ["run.mp4"]


def test_a_board_films_the_first_seed_of_each_entry_once(tmp_path: Path) -> None:
    drawn()
    pytest.importorskip("imageio_ffmpeg", reason="no encoder: pip install imageio-ffmpeg")
    results, boards = tmp_path / "results", tmp_path / "boards"
    shutil.copytree(REACHER, results / REACHER.relative_to(RESULTS))
    arguments = ["quickstart@1", "--results", str(results), "--out", str(boards), "--videos"]
    result = CliRunner().invoke(leaderboard_command, arguments)
    assert result.exit_code == 0, result.exception
    (film,) = (boards / "quickstart" / "videos").iterdir()
    assert (REACHER / f"0-{film.stem}").is_dir()
    pages = {path.stem: path.read_text() for path in (boards / "quickstart" / "runs").iterdir()}
    assert [name for name, page in pages.items() if "<video" in page] == [film.stem]
    before = film.stat().st_mtime_ns
    assert "videos/" not in CliRunner().invoke(leaderboard_command, arguments).output
    assert film.stat().st_mtime_ns == before


def test_what_cannot_be_filmed_is_said_before_anything_is_played(tmp_path: Path) -> None:
    folder = min(REACHER.iterdir())
    assert "must end in .mp4" in refused(folder, "--out", tmp_path / "run.gif")
    assert "--frames needs a .png; --out is " in refused(folder, "--out", tmp_path / "run.mp4", "--frames", 2)
    assert "none does not exist" in refused(folder, "--out", tmp_path / "none" / "run.png")
    assert "neither a run's folder" in refused(tmp_path, "--out", tmp_path / "run.png")
    assert "no runs under" in refused("0" * 12, "--results", RESULTS, "--out", tmp_path / "run.png")
    assert not list(tmp_path.iterdir())


def test_a_failed_run_and_an_episode_that_is_not_there_are_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mjbench.envs.rendering, "no_rendering", lambda *backend: "")
    failed = ResultStore(tmp_path).write(failure(make_run(), "it broke"))
    assert "is failed: it has no final policy" in refused(failed, "--out", tmp_path / "run.png")
    assert "final episodes 0 to 19" in refused(min(REACHER.iterdir()), "--episode", 20, "--out", tmp_path / "run.png")
    whole = make_record(replace(make_run(), task="nowhere/Task-v0"))
    assert "nowhere/Task-v0" in refused(ResultStore(tmp_path).write(whole), "--out", tmp_path / "run.png")


def test_without_a_driver_or_an_encoder_the_cure_is_named(tmp_path: Path, monkeypatch) -> None:
    folder = min(REACHER.iterdir())
    monkeypatch.setattr(mjbench.envs.rendering, "no_rendering", lambda *backend: "no EGL")
    monkeypatch.delenv("MUJOCO_GL", raising=False)
    assert "(no EGL); on Debian and Ubuntu: apt-get install libegl1" in refused(folder, "--out", tmp_path / "run.png")
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    assert 'pip install ".[video]" (in a clone of mjbench)' in refused(folder, "--out", tmp_path / "run.mp4")


def test_pictures_keep_every_pixel_and_videos_take_odd_sizes(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2, 7, 5, 3), np.uint8)
    row = side_by_side(list(noise), gap=1)
    assert row.shape == (7, 11, 3)
    write_png(tmp_path / "a.png", row)
    np.testing.assert_array_equal(read_png(tmp_path / "a.png"), row)
    pytest.importorskip("imageio_ffmpeg", reason="no encoder: pip install imageio-ffmpeg")
    frames = np.zeros((3, 65, 97, 3), np.uint8)
    assert write_mp4(tmp_path / "a.mp4", frames, 10) == 3
    told, count = watched(tmp_path / "a.mp4")
    assert (told["size"], count) == ((96, 64), 3)


def test_only_some_steps_are_shown_where_asked(tmp_path: Path) -> None:
    drawn()
    folder = min(REACHER.iterdir())
    whole, part = tmp_path / "whole.png", tmp_path / "part.png"
    assert video(folder, "--out", whole, "--frames", 6).exit_code == 0  # steps 0, 10, .. 50
    result = video(folder, "--out", part, "--frames", 2, "--steps", "10-40")
    assert "50 steps" in result.output
    assert "as recorded" in result.output
    width = (read_png(part).shape[1] - 4) // 2
    pictures_seen = [read_png(path) for path in (whole, part)]

    def picture(row: np.ndarray, place: int) -> np.ndarray:
        return row[:, place * (width + 4) :][:, :width]

    for place, same in ((0, 1), (1, 4)):
        assert (picture(pictures_seen[1], place) == picture(pictures_seen[0], same)).all()
    clip = tmp_path / "clip.mp4"
    assert video(folder, "--out", clip, "--steps", "10-40").exit_code == 0
    assert watched(clip)[1] < 31


@pytest.mark.parametrize("steps", ["10", "9-3", "a-b", "-5", "5-5"])
def test_steps_that_are_no_span_are_refused(steps: str, tmp_path: Path) -> None:
    assert "FIRST-LAST" in refused(min(REACHER.iterdir()), "--out", tmp_path / "a.png", f"--steps={steps}")


def test_steps_after_the_end_are_refused(tmp_path: Path) -> None:
    drawn()
    assert "has 50 steps; step 60 does not exist" in refused(
        min(REACHER.iterdir()), "--out", tmp_path / "a.png", "--steps", "60-70"
    )


def test_several_runs_stand_above_their_labels(tmp_path: Path) -> None:
    drawn()
    first, second = sorted(REACHER.iterdir())[:2]
    one, both = tmp_path / "one.png", tmp_path / "both.png"
    assert video(second, "--out", one, "--frames", 2).exit_code == 0
    result = video(first, second, "--out", both, "--frames", 2)
    assert result.output.count("evaluation seed 1,000,000: 50 steps") == 2
    alone, seen = read_png(one), read_png(both)
    caption = (len(seen) - 2 * len(alone) - 4) // 2
    assert 20 < caption < 60
    top = len(alone) + caption + 4
    np.testing.assert_array_equal(seen[top : top + len(alone)], alone)
    strip = seen[len(alone) : len(alone) + caption]
    assert strip.min() < 100, "the label is missing"
    clip = tmp_path / "both.mp4"
    assert video(first, second, "--out", clip, "--steps", "0-10").exit_code == 0
    told, count = watched(clip)
    assert told["size"] == (480 * 2 + 4, (480 + caption) // 2 * 2)
    assert count == 6


def test_a_video_of_several_tasks_lasts_as_long_as_the_longest(tmp_path: Path) -> None:
    drawn()
    pendulum = min((RESULTS / "gymnasium" / "InvertedPendulum-v5" / "sac").iterdir())
    result = video(min(REACHER.iterdir()), pendulum, "--out", tmp_path / "a.mp4", "--steps", "0-100")
    assert result.exit_code == 0, result.exception
    told, count = watched(tmp_path / "a.mp4")
    longest = max(50 / 50, min(100, int(re.findall(r"([\d,]+) steps", result.output)[1].replace(",", ""))) / 25)
    assert count == pytest.approx(longest * told["fps"] + 1, abs=1)


def test_size_camera_and_distance_are_used_or_refused(tmp_path: Path) -> None:
    drawn()
    hopper, out = min((RESULTS / "gymnasium" / "Hopper-v5" / "sac").iterdir()), tmp_path / "a.png"
    one = ("--frames", 1, "--steps", "0-1")
    pictures_seen = []
    for options in ((), ("--distance", 9), ("--camera", "track"), ("--camera", "0"), ("--camera", "task")):
        assert video(hopper, "--out", out, *one, *options).exit_code == 0
        pictures_seen.append(read_png(out))
    usual, far, named, numbered, own = pictures_seen
    assert usual.shape == far.shape == named.shape == (480, 640, 3)
    assert own.shape == (480, 480, 3)
    np.testing.assert_array_equal(named, numbered)
    assert (usual != far).any()
    assert (usual != named).any()
    assert video(hopper, "--out", out, *one, "--size", "200x120").exit_code == 0
    assert read_png(out).shape == (120, 200, 3)
    assert "has no camera 'side'; its cameras: track (0), task" in refused(hopper, "--out", out, "--camera", "side")
    assert "leave out --camera" in refused(hopper, "--out", out, "--camera", "track", "--distance", 3)
    assert "leave out --size" in refused(hopper, "--out", out, "--camera", "task", "--size", "64x64")


@pytest.mark.parametrize("size", ["640", "0x480", "axb", "640x", "9000x9000", "-1x20"])
def test_sizes_that_are_none_are_refused(size: str, tmp_path: Path) -> None:
    assert "WxH" in refused(min(REACHER.iterdir()), "--out", tmp_path / "a.png", f"--size={size}")
