"""Logs that the packages themselves write become imported runs, once each."""

import time
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from click.testing import CliRunner, Result
from records import make_record, make_run

from mjbench.cli.main import cli
from mjbench.spec.imported import ImportedRun
from mjbench.store.frame import read_results
from mjbench.store.imported import read_imported
from mjbench.store.store import ResultStore

TASK = "gymnasium/Hopper-v5"
ALWAYS = ["hyperparameters", "evaluation protocol", "versions", "policy"]
ARGS = """!!python/object/apply:collections.OrderedDict
- - - algo
    - sac
  - - env
    - Hopper-v5
  - - seed
    - 17
"""


@pytest.fixture
def imports(tmp_path):
    """Runs ``mjbench import`` into a results folder of the test."""

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(cli, ["import", *map(str, arguments), "--out", str(tmp_path / "results")])

    return call


@pytest.fixture
def runs(tmp_path):
    """The imported runs, which must all be readable."""

    def call() -> list[ImportedRun]:
        found, problems = read_imported(tmp_path / "results")
        assert not problems
        return found

    return call


def monitor(folder: Path, copies: int = 1, episodes: int = 3) -> None:
    """Files of stable-baselines3's Monitor, from real episodes of a small environment."""
    from stable_baselines3.common.monitor import Monitor

    folder.mkdir(parents=True)
    for copy in range(copies):
        env = Monitor(gym.make("CartPole-v1"), str(folder / str(copy)))
        for episode in range(episodes):
            env.reset(seed=episode)
            over = False
            while not over:
                over = any(env.step(0)[2:4])
        env.close()


def test_monitor_files_are_training_returns_with_steps_counted(imports, runs, tmp_path) -> None:
    monitor(tmp_path / "log")
    done = imports(tmp_path / "log" / "0.monitor.csv", "--task", TASK, "--algo", "mine", "--seed", 4)
    assert done.exit_code == 0, done.output
    (run,) = runs()
    rows = [line.split(",") for line in (tmp_path / "log/0.monitor.csv").read_text().splitlines()[2:]]
    assert run.step == np.cumsum([int(row[1]) for row in rows]).tolist()
    assert run.value == [float(row[0]) for row in rows]
    assert (run.seed, run.returns, run.episodes, run.unknown) == (4, "training", 1, ALWAYS)
    assert "its environment is called CartPole-v1; it is imported as gymnasium/Hopper-v5" in done.output


def test_environments_of_one_run_are_put_together_by_time(imports, runs, tmp_path) -> None:
    monitor(tmp_path / "log", copies=2)
    assert imports(tmp_path / "log", "--task", TASK, "--algo", "mine").exit_code == 0
    (run,) = runs()
    assert len(run.step) == 6
    assert list(run.files) == ["0.monitor.csv", "1.monitor.csv"]
    assert run.step == sorted(run.step)
    assert "seed" in run.unknown


def evaluations(folder: Path) -> np.ndarray:
    """``evaluations.npz`` of a real EvalCallback; its mean returns."""
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import EvalCallback
    from stable_baselines3.common.monitor import Monitor

    watch = EvalCallback(
        Monitor(gym.make("CartPole-v1")), n_eval_episodes=2, eval_freq=16, log_path=str(folder), verbose=0
    )
    PPO("MlpPolicy", gym.make("CartPole-v1"), n_steps=16, batch_size=16, n_epochs=1, device="cpu").learn(48, watch)
    return np.load(folder / "evaluations.npz")["results"].mean(axis=1)


def test_evaluations_are_evaluation_returns(imports, runs, tmp_path) -> None:
    means = evaluations(tmp_path / "log")
    done = imports(tmp_path / "log", "--task", TASK, "--algo", "mine")
    assert done.exit_code == 0, done.output
    (run,) = runs()
    assert run.step == [16, 32, 48]
    assert run.value == pytest.approx(means.tolist())
    assert (run.returns, run.episodes, run.unknown) == ("evaluation", 2, [*ALWAYS, "seed"])


def test_a_zoo_folder_names_task_algorithm_and_seed(imports, runs, tmp_path) -> None:
    folder = tmp_path / "logs/sac/Hopper-v5_1"
    evaluations(folder)
    (folder / "0.monitor.csv").write_text("of training")
    (folder / "Hopper-v5").mkdir()
    (folder / "Hopper-v5/args.yml").write_text(ARGS)
    done = imports(tmp_path / "logs")
    assert done.exit_code == 0, done.output
    assert [run.label for run in runs()] == ["sac (imported) gymnasium/Hopper-v5 seed 17"]
    assert "0.monitor.csv: left out, as evaluations.npz is beside it" in done.output


def test_arguments_of_the_zoo_that_contradict_the_folder_are_not_believed(imports, runs, tmp_path) -> None:
    folder = tmp_path / "logs/ppo/Hopper-v5_1"
    evaluations(folder)
    (folder / "Hopper-v5").mkdir()
    (folder / "Hopper-v5/args.yml").write_text(ARGS)
    assert imports(folder).exit_code != 0
    assert runs() == []


def events(folder: Path, tag: str = "charts/episodic_return", points: int = 5) -> Path:
    """An event file of TensorBoard's own writer."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder)) as writer:
        for point in range(points):
            writer.add_scalar(tag, 1.5 * point, 100 * point)
            writer.add_scalar("losses/qf1_loss", -1.0, 100 * point)
    return next(folder.iterdir())


def test_cleanrl_s_event_files_name_everything(imports, runs, tmp_path) -> None:
    pytest.importorskip("tensorboard")
    events(tmp_path / "runs/Hopper-v5__td3_continuous_action__8__1700000000")
    assert imports(tmp_path / "runs").exit_code == 0
    (run,) = runs()
    assert run.label == "td3_continuous_action (imported) gymnasium/Hopper-v5 seed 8"
    assert run.step == [0, 100, 200, 300, 400]
    assert run.value == [0.0, 1.5, 3.0, 4.5, 6.0]
    assert (run.returns, run.unknown) == ("training", ALWAYS)


def test_a_tag_is_chosen_among_several(imports, runs, tmp_path) -> None:
    pytest.importorskip("tensorboard")
    path = events(tmp_path / "runs", "my/reward")
    assert imports(path, "--task", TASK, "--algo", "a", "--metric", "losses/qf1_loss").exit_code == 0
    assert imports(path, "--task", TASK, "--algo", "b").exit_code == 0
    assert [(run.metric, run.returns) for run in runs()] == [("losses/qf1_loss", "unknown"), ("my/reward", "unknown")]
    wrong = imports(path, "--task", TASK, "--algo", "c", "--metric", "my/rewards")
    assert "no metric 'my/rewards'; did you mean my/reward?" in str(wrong.exception)


WIDE = '''"Step","Hopper__sac__1__170 - charts/episodic_return","Hopper__sac__1__170 - charts/episodic_return__MIN",\
"other run - charts/episodic_return","other run - charts/episodic_return__MAX"
"100","10.5","9","",""
"200","","","20.5","33"
"300","12.5","9","22.5","33"'''


def test_a_wide_export_of_wandb_is_a_run_for_each_column(imports, runs, tmp_path) -> None:
    (tmp_path / "wandb.csv").write_text(WIDE)
    done = imports(tmp_path / "wandb.csv", "--task", TASK, "--algo", "sac")
    assert done.exit_code == 0, done.output
    other, named = runs()
    assert (named.seed, named.step, named.value) == (1, [100, 300], [10.5, 12.5])
    assert (other.seed, other.step, other.value) == (0, [200, 300], [20.5, 22.5])
    assert named.unknown == [*ALWAYS, "environment steps"]
    assert other.unknown == [*ALWAYS, "seed", "environment steps"]


def test_a_long_export_of_wandb_is_a_run_for_each_name(imports, runs, tmp_path) -> None:
    rows = ["global_step,name,eval/return,_runtime", *(f"{s},seed{n},{s + n},3.5" for s in (10, 20) for n in (3, 5))]
    (tmp_path / "long.csv").write_text("\n".join(rows) + "\n")
    assert imports(tmp_path / "long.csv", "--task", TASK, "--algo", "sac").exit_code == 0
    assert [(run.seed, run.step, run.value) for run in runs()] == [(3, [10, 20], [13, 23]), (5, [10, 20], [15, 25])]
    assert runs()[0].unknown == [*ALWAYS, "evaluation episodes"]


LONG = """exp_name,env_name,seed,metric,env_step,value
SimbaV2,Hopper-v5,0,avg_return,1000,5.0
SimbaV2,Hopper-v5,0,avg_return,2000,6.0
SimbaV2,Hopper-v5,1,avg_return,1000,7.0
SimbaV2,Ant-v5,0,avg_return,1000,8.0
SimbaV2,Hopper-v5,0,avg_length,1000,9.0
"""


def test_the_long_form_of_papers_needs_one_environment(imports, runs, tmp_path) -> None:
    (tmp_path / "long.csv").write_text(LONG)
    refused = imports(tmp_path / "long.csv", "--metric", "avg_return")
    assert "several values of env_name; choose one with --where env_name=NAME: Ant-v5, Hopper-v5" in str(
        refused.exception
    )
    assert imports(tmp_path / "long.csv", "--where", "env_name=Hopper-v5").exit_code == 0
    assert [run.label for run in runs()] == [f"SimbaV2 (imported) {TASK} seed {seed}" for seed in (0, 1)]
    assert [run.value for run in runs()] == [[5.0, 6.0], [7.0]]


def test_the_short_form_of_papers_says_less(imports, runs, tmp_path) -> None:
    (tmp_path / "dog.csv").write_text("step,reward,seed\n0,1.5,1\n100,2.5,1\n0,3.5,2\n")
    assert imports(tmp_path / "dog.csv", "--task", TASK, "--algo", "tdmpc2").exit_code == 0
    assert [(run.seed, run.value) for run in runs()] == [(1, [1.5, 2.5]), (2, [3.5])]
    assert runs()[0].unknown == [*ALWAYS, "training or evaluation returns", "evaluation episodes"]


def test_the_next_command_works_with_and_without_runs_of_ours(tmp_path) -> None:
    (tmp_path / "dog.csv").write_text("step,reward,seed\n0,1.5,1\n8000,2.5,1\n")
    results = tmp_path / "my results"
    command = ["import", str(tmp_path / "dog.csv"), "--task", TASK, "--algo", "tdmpc2", "--results", str(results)]
    alone = CliRunner().invoke(cli, command).output
    assert alone.endswith(f"see them with: mjbench leaderboard SUITE --results '{results}'\n")
    assert "(imported ones are not counted)" in CliRunner().invoke(cli, ["status", "--results", str(results)]).output
    ResultStore(results).write(make_record(make_run()))
    assert f"mjbench leaderboard --results '{results}'\n" in CliRunner().invoke(cli, command).output


def test_the_same_file_again_changes_nothing(imports, tmp_path) -> None:
    (tmp_path / "dog.csv").write_text("step,reward,seed\n0,1.5,1\n")
    options = (tmp_path / "dog.csv", "--task", TASK, "--algo", "tdmpc2")
    assert imports(*options).exit_code == 0
    (path,) = (tmp_path / "results").rglob("*.json")
    before = path.read_bytes(), path.stat().st_mtime_ns
    again = imports(*options)
    assert again.exit_code == 0
    assert "wrote 0 runs" in again.output
    assert "1 were there before" in again.output
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_another_content_is_named_and_refused(imports, runs, tmp_path) -> None:
    log = tmp_path / "dog.csv"
    log.write_text("step,reward,seed\n0,1.5,1\n")
    assert imports(log, "--task", TASK, "--algo", "tdmpc2").exit_code == 0
    log.write_text("step,reward,seed\n0,1.5,1\n10,2.0,1\n0,4.0,2\n")
    refused = imports(log, "--task", TASK, "--algo", "tdmpc2")
    assert "is there with another content (dog.csv, 1 point up to step 0; now dog.csv, 2 points up to step 10)" in str(
        refused.exception
    )
    assert [run.value for run in runs()] == [[1.5]]  # seed 2 is not there either


def test_one_log_does_not_count_under_two_names(imports, runs, tmp_path) -> None:
    (tmp_path / "dog.csv").write_text("step,reward,seed\n0,1.5,1\n")
    assert imports(tmp_path / "dog.csv", "--task", TASK, "--algo", "a").exit_code == 0
    assert "has the same points as a (imported)" in str(
        imports(tmp_path / "dog.csv", "--task", TASK, "--algo", "b").exception
    )
    assert len(runs()) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.monitor.csv", b'#{"t_start": 1.0}\nr,l,t\n1.0,5,0.1\n2.0,7', "cut off: its last line does not end"),
        ("a.monitor.csv", b'#{"t_start": 1.0}\nr,l,t\n1.0,5,0.1\n2.0,7\n', "a row without time or length"),
        ("a.monitor.csv", b'#{"t_start": 1.0}\nr,l,t\n1.0,5,0.1,9\n', "no CSV file that can be read"),
        ("a.monitor.csv", b'#{"t_start": "x"}\nr,l,t\n1.0,5,0.1\n', "its first line is not that of a Monitor"),
        ("a.csv", b"step,reward,seed\n0,1.5,1\n5,2", "cut off: its last line does not end"),
        ("a.csv", b"step,reward,seed\n0.5,1.5,1\n", "a step is missing, negative or no whole number"),
        ("a.csv", b"step,reward,seed\n0,text,1\n", "the column 'reward' holds something else than numbers"),
        ("a.csv", b"step,reward,seed\n", "it has no rows"),
        ("a.csv", b'"Step","a - return"\n"5","1"\n"6"', "cut off: its last line does not end"),
        ("a.csv", b"epoch,loss\n1,2\n", "known are: sb3-monitor (stable-baselines3 Monitor), sb3-evaluations"),
        ("evaluations.npz", b"PK\x03\x04 timesteps.npy", "cut off, or no arrays that can be read"),
        (
            "events.out.tfevents.1",
            b"\x18\0\0\0\0\0\0\0abcd\x09brain.Event:2",
            "cut off: an event that begins at byte 0",
        ),
        ("a.csv", b"\x89PNG\r\n", "cut off, or of no known format; known are: sb3-monitor"),
        ("a.csv", b"", "cut off, or of no known format"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_writes_nothing(imports, tmp_path, name, content, why) -> None:
    good = tmp_path / "good.csv"
    good.write_text("step,reward,seed\n0,1.5,1\n")
    (tmp_path / name).write_bytes(content)
    done = imports(good, tmp_path / name, "--task", TASK, "--algo", "mine")
    assert why in str(done.exception)
    assert str(tmp_path / name) in str(done.exception)
    assert "\n" not in str(done.exception)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", 'Step,"a - reward"\n1,2\n3,' + "9" * 200_000, "cut off: its last line does not end"),
        ("a.csv", "Step," + ",".join(f"{n} - reward" for n in range(20_000)) + "\n", "more than 10,000 columns"),
        ("a.csv", "Step," + ",".join(f"{n} - reward" for n in range(200_000)) + "\n", "more than 10,000 columns"),
        ("a.csv", "step,reward,seed\n" + "".join(f"1,1,{n}\n" for n in range(1_001)), "1,001 seeds; a file may have"),
        (
            "a.csv",
            "Step," + ",".join(f"{n} - reward" for n in range(1_001)) + "\n1" + ",1" * 1_001 + "\n",
            "1,001 runs; a file may have 1,000",
        ),
    ],
)
def test_what_would_take_too_long_is_one_line(imports, tmp_path, name: str, content: str, why: str) -> None:
    (tmp_path / name).write_text(content)
    done = imports(tmp_path / name, "--task", TASK, "--algo", "theirs")
    assert why in str(done.exception)
    assert str(tmp_path / name) in str(done.exception)


def test_an_event_that_is_none_is_one_line(imports, tmp_path) -> None:
    pytest.importorskip("tensorboard")
    bodies = [b"\x1a\x0dbrain.Event:2", b"\x0f\xff charts/episodic_return"]
    records = [len(body).to_bytes(8, "little") + bytes(4) + body + bytes(4) for body in bodies]
    (tmp_path / "events.out.tfevents.1").write_bytes(b"".join(records))
    done = imports(tmp_path / "events.out.tfevents.1", "--task", TASK, "--algo", "theirs")
    assert "an event cannot be parsed" in str(done.exception)
    assert done.exit_code != 0


def test_pickled_arrays_are_refused(imports, tmp_path) -> None:
    path = tmp_path / "evaluations.npz"
    np.savez(path, timesteps=np.array([1, 2]), results=np.array([[1.0], [2.0, 3.0]], dtype=object))
    assert "Object arrays cannot be loaded" in str(imports(path, "--task", TASK, "--algo", "mine").exception)


def test_an_archive_that_unpacks_to_much_is_refused(imports, tmp_path) -> None:
    path = tmp_path / "evaluations.npz"
    np.savez_compressed(path, timesteps=np.zeros(10), results=np.zeros((40_000_000, 1)))
    assert path.stat().st_size < 2**20
    assert "its arrays take more than" in str(imports(path, "--task", TASK, "--algo", "mine").exception)


def test_a_link_is_not_followed(imports, tmp_path) -> None:
    (tmp_path / "a.csv").symlink_to("/etc/passwd")
    assert "it is a link" in str(imports(tmp_path / "a.csv", "--task", TASK, "--algo", "mine").exception)


def test_unknown_files_of_a_folder_are_named_and_left_out(imports, runs, tmp_path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "good.csv").write_text("step,reward,seed\n0,1.5,1\n")
    (folder / "progress.csv").write_text("epoch,loss\n1,2\n")
    done = imports(folder, "--task", TASK, "--algo", "mine")
    assert done.exit_code == 0
    assert "progress.csv: left out, of no known format" in done.output
    assert len(runs()) == 1


def test_imported_points_are_a_table_of_their_own(imports, tmp_path) -> None:
    (tmp_path / "dog.csv").write_text("step,reward,seed\n0,1.5,1\n100,2.5,1\n")
    assert imports(tmp_path / "dog.csv", "--task", TASK, "--algo", "mine").exit_code == 0
    frame = read_results(tmp_path / "results", "imported")
    assert frame.value.tolist() == [1.5, 2.5]
    assert set(frame.origin) == {"imported"}
    assert frame.episodes.isna().all()
    assert frame.unknown[0].startswith("hyperparameters, evaluation protocol, versions, policy")
    assert not len(read_results(tmp_path / "results"))


def test_a_hundred_files_of_a_megabyte_take_seconds(imports, runs, tmp_path) -> None:
    row = np.random.default_rng(0).normal(size=25_000)
    for seed in range(100):
        lines = [f"{-1000 * value:.6f},1000,{place * 1.25:.6f}" for place, value in enumerate(row + seed)]
        text = '#{"t_start": 1.0, "env_id": "Hopper-v5"}\nr,l,t\n' + "\n".join(lines) + "\n"
        (tmp_path / f"run{seed}.monitor.csv").write_text(text + "1.0,1000,40000.0\n" * ((2**20 - len(text)) // 17))
    begin = time.process_time()
    assert imports(*tmp_path.glob("*.monitor.csv"), "--algo", "mine").exit_code == 0
    assert time.process_time() - begin < 30  # processor time: the machine may be busy
    assert len(runs()) == 100
