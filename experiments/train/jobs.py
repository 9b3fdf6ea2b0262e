"""What is to be trained as jobs: chunks as stacks, the rest trial by trial; and outcomes from their answers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from experiments.errors import RequestError, said
from experiments.store.chunk import Chunk, Pair
from experiments.store.journal import Journal, Outcome
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import Plain
from experiments.train import worker
from experiments.train.executors.executor import Ended, Executor, Job, Key
from experiments.train.executors.run_jobs import TimeLeft, run_jobs
from experiments.train.planning import Plan, make_plan

ENGINES = ("auto", "fused", "serial")
# Compiling a program takes about as long as training one or two trials by themselves.
_FEWEST = 3
_HANGS = 5.0  # seconds at least that something takes that hangs


@dataclass
class Work:
    """Trials to train: chunks, those that train by themselves, and for these why, where they were asked to stack."""

    chunks: list[Chunk] = field(default_factory=list)
    alone: list[Trial] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)  # reason → how many trials


def plan_work(
    study: Study,
    journal: Journal,
    executor: Executor,
    missing: Sequence[Trial],
    engine: str,
    time_left: TimeLeft = lambda: None,
) -> Work | None:
    """The work of an engine ("auto": stacks where they can be, "fused", "serial") on some trials.

    A plan of an earlier run is kept to, for last bits depend on it; what it lacks is planned, and kept in the
    journal before any of it is trained. time_left: seconds, or None without a deadline. Returns None where
    there was no time to plan.

    Raises RequestError where the engine is "fused" and a trial can't be stacked.
    """
    again = set(journal.statuses())  # trials that failed, asked for once more
    apart = journal.plan.apart("failed", "slower") if engine == "auto" else journal.plan.apart("failed")
    work = Work()
    left: dict[Pair, Trial] = {}
    for trial in missing:
        pair = trial.cell, trial.seed
        if engine == "serial" or trial.id in again or pair in apart:
            work.alone.append(trial)
        else:
            left[pair] = trial
    for chunk in journal.plan.chunks():
        if all(pair in left for pair in chunk.trials):
            work.chunks.append(chunk)
            for pair in chunk.trials:
                del left[pair]
    if left:
        hung = {cell for (cell, _), times in journal.plan.cut().items() if times}
        others = [trial for trial in work.alone if trial.cell in hung]
        plan = _new_plan(study, executor, list(left.values()), engine, time_left, others)
        hanging = [pair for pair in left if pair[0] in plan.hanging]
        journal.plan.set_apart(hanging, "failed")
        journal.plan.set_cut(dict.fromkeys(hanging, 1))
        if not plan.whole:
            return None
        chunks, refused = plan.chunks, plan.refused
        if engine == "auto":
            chunks, slower = _faster(study, executor, chunks, left, time_left)
            refused |= {cell: why for why, chunk in slower for cell in chunk.cells}
            journal.plan.set_apart([pair for _, chunk in slower for pair in chunk.trials], "slower")
        work.chunks += chunks
        stacked = {pair for chunk in chunks for pair in chunk.trials}
        for pair, trial in left.items():
            if pair not in stacked:
                work.alone.append(trial)
                reason = refused.get(trial.cell, "too few of a kind for a stack")
                work.reasons[reason] = work.reasons.get(reason, 0) + 1
        journal.plan.add(chunks)
    return work


def _new_plan(
    study: Study, executor: Executor, trials: list[Trial], engine: str, time_left: TimeLeft, hung: list[Trial]
) -> Plan:
    plan = make_plan(study, executor, trials, time_left, hung)
    if engine == "fused":
        if plan.error:
            raise RequestError(f"--engine fused: {study.name} can't be planned: {plan.error}")
        if plan.refused:
            raise RequestError(f"--engine fused: {study.name}: {next(iter(plan.refused.values()))}")
        return plan
    if plan.error:  # what a user's own part raises is reported in each trial's own row
        refused = {trial.cell: f"the plan failed: {plan.error}" for trial in trials}
        return replace(plan, chunks=[], refused=refused | plan.refused)
    return replace(plan, chunks=worth_compiling(plan.chunks))


def _faster(
    study: Study, executor: Executor, chunks: list[Chunk], trials: dict[Pair, Trial], time_left: TimeLeft
) -> tuple[list[Chunk], list[tuple[str, Chunk]]]:
    """The chunks that train faster than their trials do one by one, as far as that was measured; others, and why."""
    of_program: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        of_program.setdefault(chunk.program, []).append(chunk)
    measured: list[Job] = []
    for program, some in of_program.items():
        few = [trials[pair] for pair in some[0].trials]
        measured.append(Job(program, worker.compare, (study, some[0], few, sum(map(len, some)))))
    slower: list[tuple[str, Chunk]] = []
    for ended in run_jobs(executor, measured, time_left):
        if ended.value and ended.value[0] >= ended.value[1]:
            why = f"a stack of them takes {ended.value[0] / ended.value[1]:.1f} times as long, measured here"
            slower += [(why, chunk) for chunk in of_program.pop(ended.key)]
    return [chunk for some in of_program.values() for chunk in some], slower


def keep_cut(
    journal: Journal, cut: Iterable[tuple[Chunk | Trial, float]], usual: float, whole: float
) -> list[tuple[Trial, str]]:
    """Record what was in training when the time was up: later runs train it last. Returns trials that hang, and why.

    cut: what `Training` dropped. usual: seconds of a trial, 0 where none was done. whole: seconds that the run had. A
    trial hangs that took ten times as long as usual, or twice most of the time of a run; a stack that took most of the
    time of two runs is trained trial by trial, which tells whose trial it is.
    """
    before = journal.plan.cut()
    hanging: list[tuple[Trial, str]] = []
    for key, seconds in cut:
        most = seconds >= max(_HANGS, whole / 2)
        if isinstance(key, Trial):
            pair = key.cell, key.seed
            if (usual and seconds >= max(_HANGS, 10 * usual)) or (most and before.get(pair)):
                than = f"; others take {usual:.2g} s" if usual else ""
                hanging.append((key, f"not done after {seconds:.0f} s, when the time was up{than}"))
            elif most:
                before[pair] = 1
        elif most:
            pairs = list(key.trials)
            if any(pair in before for pair in pairs):
                journal.plan.add([], instead_of=key)
                journal.plan.set_apart(pairs, "failed")
            before |= {pair: before.get(pair, 0) for pair in pairs}
    journal.plan.set_cut(before)
    return hanging


def worth_compiling(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks whose program serves enough trials to be worth compiling."""
    sizes: dict[str, int] = {}
    for chunk in chunks:
        sizes[chunk.program] = sizes.get(chunk.program, 0) + len(chunk)
    return [chunk for chunk in chunks if sizes[chunk.program] >= _FEWEST]


class Training:
    """Has an executor train: outcomes as they come, those of a chunk together.

    on_epoch: called with a chunk in training (key, (epoch, of how many)). say: prints a line.

    dropped: the chunks and trials that were under way when the time was up, and for how many seconds.
    """

    def __init__(
        self,
        study: Study,
        journal: Journal,
        executor: Executor,
        time_left: Callable[[], float | None],
        on_epoch: Callable[[Key, Plain], None],
        say: Callable[[str], None],
    ) -> None:
        self._study, self._journal, self._executor, self._say = study, journal, executor, say
        self._time_left, self._on_epoch = time_left, on_epoch
        self._trials = {(trial.cell, trial.seed): trial for trial in study.trials}
        self.dropped: list[tuple[Chunk | Trial, float]] = []

    def run(self, chunks: list[Chunk], alone: list[Trial]) -> Iterator[list[Outcome]]:
        """Outcomes of chunks and of single trials.

        A chunk that does not fit is halved; one whose program can't be built is trained trial by trial. A trial
        whose process died is tried once more, on its own.
        """
        jobs = [self._job(chunk) for chunk in chunks]
        jobs += [Job(trial, worker.train, (self._study, trial)) for trial in alone]
        places = {seed: place for place, seed in enumerate(self._study.seeds)}
        cut = self._journal.plan.cut()

        def turn(job: Job) -> tuple[bool, int]:
            return was_cut(job.key, cut), places[job.key.seeds[0] if isinstance(job.key, Chunk) else job.key.seed]

        jobs.sort(key=turn)
        smaller: list[Chunk] = []
        apart: list[Trial] = []
        died: list[Trial] = []
        for ended in self._run(jobs):
            if isinstance(ended.key, Chunk):
                if not ended.error:
                    yield ended.value
                elif parts := self._parts(ended.key, ended.error, ended.lost):
                    smaller += parts
                else:
                    apart += self._of(ended.key)
            elif ended.lost:
                died.append(ended.key)
            elif ended.error:
                raise ended.error
            else:
                yield [ended.value]
        if (smaller or apart) and self._time_left() != 0:
            yield from self.run(smaller, apart)
        for trial in died:
            for ended in self._run([Job(trial, worker.train, (self._study, trial))]):
                yield [worker.failed_outcome(trial, str(ended.error)) if ended.error else ended.value]

    def _run(self, jobs: list[Job]) -> Iterator[Ended]:
        def dropped(key: Chunk | Trial, seconds: float) -> None:
            self.dropped.append((key, seconds))

        return run_jobs(self._executor, jobs, self._time_left, self._on_epoch, dropped)

    def _job(self, chunk: Chunk) -> Job:
        return Job(chunk, worker.train_chunk, (self._study, chunk, self._of(chunk)), chunk.program)

    def _of(self, chunk: Chunk) -> list[Trial]:
        return [self._trials[pair] for pair in chunk.trials]

    def _parts(self, chunk: Chunk, error: Exception, died: bool) -> list[Chunk]:
        """What to do instead of a chunk that failed: its halves where memory was short, else nothing."""
        short = died or any(word in str(error) for word in ("ResourceExhausted", "RESOURCE_EXHAUSTED", "bad_alloc"))
        parts = chunk.halves() if short or isinstance(error, MemoryError) else []
        what = "training its halves" if parts else "training its trials one by one"
        self._say(f"{self._study.name}: a stack of {len(chunk)} trials failed, {what}: {_line(error)}")
        self._journal.plan.add(parts, instead_of=chunk)
        if not parts:
            self._journal.plan.set_apart(chunk.trials, "failed")
        return parts


def was_cut(work: Chunk | Trial, cut: dict[Pair, int]) -> bool:
    """Whether a stack, or a trial, is among those that took all the time of an earlier run."""
    return any(pair in cut for pair in (work.trials if isinstance(work, Chunk) else [(work.cell, work.seed)]))


def _line(error: Exception) -> str:
    return said(error)[:200]
