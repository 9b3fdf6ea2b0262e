"""What a build changes for the whole process is put back."""

import random

import keras
import numpy as np
import tensorflow as tf

from experiments.models.build import build
from experiments.models.global_state import forget_models, keep_randomness, keep_settings, seeded
from experiments.tasks.load import load
from experiments.train import worker
from tests.experiments.studies import tiny


def state():
    config = keras.config
    return (
        config.floatx(),
        config.epsilon(),
        config.image_data_format(),
        config.dtype_policy().name,
        tf.config.functions_run_eagerly(),
        np.geterr(),
    )


def change_everything():
    keras.config.set_floatx("float64")
    keras.config.set_epsilon(1e-3)
    keras.config.set_image_data_format("channels_first")
    tf.config.run_functions_eagerly(True)
    np.seterr(all="ignore")


def test_a_build_leaves_settings_as_they_were():
    def careless(units):
        change_everything()
        units.append(3)
        return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])

    study, before = tiny(seeds=1), state()
    study.objects["model"] = careless
    task, trial = load({"name": "xor"}), study.trials[0]
    models = [build(study, trial, task) for _ in range(2)]
    assert state() == before
    assert trial.settings["units"] == [4]
    # the function's own model is what it asked for, whatever was built before it
    assert [model.layers[-1].compute_dtype for model in models] == ["float64", "float64"]


def test_settings_are_put_back_where_a_build_fails():
    before = state()
    try:
        with keep_settings():
            change_everything()
            keras.config.set_dtype_policy("mixed_float16")
            raise RuntimeError
    except RuntimeError:
        assert state() == before


def test_a_policy_of_the_users_own_outlasts_a_job():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        forget_models()
        assert keras.config.dtype_policy().name == "mixed_float16"
        with keep_settings():
            assert keras.config.dtype_policy().name == "mixed_float16"
    finally:
        keras.config.set_dtype_policy("float32")


def drawn():
    return random.random(), np.random.random(), float(keras.random.uniform(())), float(tf.random.uniform(()))


def test_random_states_go_on_as_if_nothing_had_been():
    keras.utils.set_random_seed(7)
    expected = drawn(), drawn()
    keras.utils.set_random_seed(7)
    first = drawn()
    with keep_randomness():
        keras.utils.set_random_seed(1)
        drawn()
    assert (first, drawn()) == expected


def test_a_seed_draws_the_same_and_leaves_no_trace():
    before = random.getstate()
    with seeded(5):
        keras.config.set_epsilon(1e-3)
        first = drawn()
        keras.utils.clear_session()  # as keras-tuner does before each model
    with seeded(5):
        assert drawn() == first
    # else `fit` would repeat one order of the examples in every epoch
    with seeded(5, batches=True):
        unseeded = drawn()
    assert unseeded[:3] == first[:3] and unseeded[3] != first[3]
    assert random.getstate() == before
    assert keras.config.epsilon() != 1e-3


def test_a_job_leaves_random_states_alone():
    study = tiny(seeds=1, epochs=1)
    np.random.seed(5)
    random.seed(5)
    assert worker.plan(study, study.trials)[0]  # models were built
    assert (random.random(), np.random.random()) == (random.Random(5).random(), np.random.RandomState(5).random())
