"""Processes of this machine: errors, deaths, programs, pipes.

Jobs are the standard library's, so that nothing heavy starts.
"""

import operator
import os
import subprocess
import sys
import textwrap
import time

import pytest

from experiments.train.executors import processes
from experiments.train.executors.executor import Job
from experiments.train.executors.processes import Processes
from experiments.train.executors.run_jobs import run_jobs


@pytest.fixture
def executor(tmp_path):
    made = Processes(2, tmp_path / "log.txt")
    yield made
    made.stop()


def test_a_dead_process_takes_its_own_job_only(executor):
    jobs = [Job("dies", os._exit, (3,)), *(Job(i, operator.neg, (i,)) for i in range(4))]
    answers = {answer.key: answer for answer in run_jobs(executor, jobs)}
    assert answers["dies"].lost
    assert "exit status 3" in str(answers["dies"].error)
    assert [answers[i].value for i in range(4)] == [0, -1, -2, -3]


def test_a_killed_process_is_named_by_its_signal(executor):
    (answer,) = run_jobs(executor, [Job(0, os.kill, (0, 9))])  # 0: the process group, which is the worker's own
    assert answer.lost
    assert "SIGKILL" in str(answer.error)


def test_processes_are_used_again_and_replaced_after_a_while(executor, monkeypatch):
    monkeypatch.setattr(processes, "JOBS_PER_PROCESS", 2)
    executor.capacity = 1
    pids = [answer.value for answer in run_jobs(executor, [Job(i, os.getpid, ()) for i in range(5)])]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert os.getpid() not in pids


def test_what_a_job_prints_goes_to_the_log(executor, tmp_path):
    list(run_jobs(executor, [Job(0, print, ("said in passing",))]))
    assert "said in passing" in (tmp_path / "log.txt").read_text()


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = """
        import os, sys, time
        from pathlib import Path
        from experiments.train.executors.executor import Job
        from experiments.train.executors.processes import Processes
        from experiments.train.executors.run_jobs import run_jobs
        executor = Processes(1, Path(sys.argv[1]))
        (answer,) = run_jobs(executor, [Job(0, os.getpid, ())])
        print(answer.value, flush=True)
        list(run_jobs(executor, [Job(0, time.sleep, (600,))]))
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "log.txt")], stdout=subprocess.PIPE, text=True
    )
    with parent:
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives its parent")


def compiling(program, seconds):
    """A job that says something once it has compiled, and works on a while."""
    code = f"import time; from experiments.train.messages import say; time.sleep({seconds}); say(1); time.sleep(0.4)"
    return Job(program, exec, (code,), program)


def test_one_process_compiles_a_program_and_others_wait_for_it_or_do_something_else(executor, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said, started = [], {}
    jobs = [compiling("p", 0.6), compiling("p", 0.0), Job("plain", os.getpid, ())]
    list(run_jobs(executor, [Job(at, os.getpid, ()) for at in range(2)]))  # both processes are up
    begin = time.monotonic()
    for answer in run_jobs(executor, jobs, on_message=lambda key, note: said.append(time.monotonic() - begin)):
        started.setdefault(answer.key, time.monotonic() - begin)
    assert started["plain"] < said[0]  # it waited for nobody
    assert said[1] > said[0] >= 0.6  # the second began when the first had compiled


def test_jobs_of_a_program_go_to_the_process_that_has_it(executor):
    jobs = [Job((program, at), os.getpid, (), program) for at in range(4) for program in ("p", "q")]
    pids = {}
    for answer in run_jobs(executor, jobs):
        pids.setdefault(answer.key[0], set()).add(answer.value)
    assert sum(map(len, pids.values())) <= 3  # at most one had to be helped out with at the end


def test_jobs_of_programs_do_not_wear_a_process_out(executor, monkeypatch):
    monkeypatch.setattr(processes, "JOBS_PER_PROCESS", 1)
    executor.capacity = 1
    assert len({answer.value for answer in run_jobs(executor, [Job(at, os.getpid, (), "p") for at in range(3)])}) == 1


def test_a_note_and_the_answer_right_behind_it_are_both_heard(executor):
    code = "from experiments.train.messages import say; [say(i) for i in range(50)]"
    for _ in range(20):  # they come together or apart, as it happens
        heard = []
        (answer,) = run_jobs(
            executor, [Job("key", exec, (code, {}))], on_message=lambda key, note, heard=heard: heard.append(note)
        )
        assert (heard, answer.error) == (list(range(50)), None)


OWN_ERROR = """
class Bad(ValueError):
    def __init__(self, a, b):
        super().__init__(f"{a} and {b}")

raise Bad(1, 2)
"""


def test_an_error_that_only_the_worker_knows_arrives_as_words(executor):
    (answer,) = run_jobs(executor, [Job(0, exec, (OWN_ERROR, {"__name__": "own_errors"}))])
    assert not answer.lost
    assert str(answer.error) == "Bad: 1 and 2"


def test_an_idle_process_that_dies_is_replaced(executor):
    list(run_jobs(executor, [Job(at, time.sleep, (0.3,)) for at in range(2)]))
    first, _ = executor._idle
    os.kill(first._process.pid, 9)
    time.sleep(0.2)
    answers = list(run_jobs(executor, [Job(at, operator.neg, (at,)) for at in range(4)]))
    assert sorted(answer.value for answer in answers) == [-3, -2, -1, 0]
    assert not any(answer.lost for answer in answers)


def test_for_a_users_code_standard_input_is_empty(executor):
    executor.capacity = 1
    code = "import os, sys; assert (sys.stdin.read(), os.read(0, 9)) == ('', b''); input()"
    answers = list(run_jobs(executor, [Job(0, exec, (code,)), Job(1, operator.neg, (1,))]))
    assert isinstance(answers[0].error, EOFError)
    assert answers[1].value == -1


WEIRD = {
    "class Bad(Exception):\n def __str__(self): raise TypeError\nraise Bad": "Bad: (its text can't be had: TypeError)",
    "class Bad(Exception):\n def __str__(self): exit(3)\nraise Bad": "Bad: (its text can't be had: SystemExit)",
    "class Bad(BaseException): pass\nraise Bad('x\\ny')": "Bad: x y",
    "import sys; sys.exit(5)": "SystemExit: 5",
    "raise KeyboardInterrupt": "KeyboardInterrupt: ",
    "raise ValueError(lambda: 0)": "ValueError: <function <lambda>",
    "raise UnicodeDecodeError('utf-8', b'a', 0, 1, 'bad')": "'utf-8' codec can't decode",
}


def test_whatever_a_job_raises_is_an_answer_and_its_process_goes_on(executor):
    executor.capacity = 1
    jobs = [Job(code, exec, (code, {"__name__": "own"})) for code in WEIRD]
    answers = {
        answer.key: answer
        for answer in run_jobs(executor, [*jobs, Job("pid", os.getpid, ()), Job("again", os.getpid, ())])
    }
    assert answers["pid"].value == answers["again"].value
    for code, said in WEIRD.items():
        assert not answers[code].lost
        assert str(answers[code].error).startswith(said)


def test_a_process_that_closes_its_pipes_and_goes_on_is_ended(executor, monkeypatch):
    monkeypatch.setattr(processes, "_LAST_WORDS", 0.2)
    code = "import os, time; os.closerange(3, 99); time.sleep(60)"
    (answer,) = run_jobs(executor, [Job(0, exec, (code,))])
    assert (answer.lost, str(answer.error)) == (True, "its process ended: it closed its pipes and went on")
