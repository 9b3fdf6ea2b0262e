"""The learning rate: a number, or a schedule over the steps of the training."""

from experiments.report.code.names import Names, call
from experiments.report.code.parts import settings_of
from experiments.study import catalog
from experiments.study.types import Settings

# As `experiments.models.schedules` has them.
_SCHEDULES = {
    "cosine": "CosineDecay({rate}, steps, alpha={end})",
    "warm": "CosineDecay(0.0, max(1, steps - warmup), alpha={end}, warmup_target={rate}, warmup_steps=warmup)",
    "linear": "PolynomialDecay({rate}, steps, {end} * {rate})",
    "exponential": "ExponentialDecay({rate}, steps, {end})",
    "step": "ExponentialDecay({rate}, max(1.0, steps / {parts}), {factor}, staircase=True)",
}


def rate_lines(levels: Settings, names: Names) -> tuple[list[str], str]:
    """The lines that the learning rate needs before it is used, and the rate as an expression.

    >>> rate_lines({"learning_rate": 0.1, "schedule": {"name": "constant"}}, Names())
    ([], '0.1')
    """
    rate, level = levels["learning_rate"], levels["schedule"]
    name, settings = level["name"], settings_of(level)
    if name == "constant":
        return [], repr(rate)
    names.need("math")
    lines = [f"steps = {levels['epochs']} * math.ceil(len(train) / {levels['batch_size']})"]
    if name not in catalog.SCHEDULES:
        return [*lines, f"rate = {call(names.of(name), repr(rate), 'steps', **settings)}"], "rate"
    if settings.get("warmup"):
        name = "warm"
        lines.append(f"warmup = round({settings['warmup']} * steps)")
    made = _SCHEDULES[name].format(rate=rate, parts=settings.get("drops", 0) + 1, **settings)
    return [*lines, f"rate = keras.optimizers.schedules.{made}"], "rate"
