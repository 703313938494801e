"""The quizzes ask about all that the course promises: abilities, disagreements, known wrong ways, in every kind."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from grader.course import Exercise
from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.items import AnyItem, TrueFalse

ROOT = Path(__file__).parents[2]

ABILITIES = {
    "says what an optimizer does and does not do": ("optimizers-01", "optimizers-02", "optimizers-03", "optimizers-16"),
    "says what the learning rate does": ("schedules-22", "schedules-23", "schedules-24", "landscape-04"),
    "tells SGD from Adam": ("adam-13", "adam-15", "adam-16", "adam-23", "sgd-15"),
    "finds a forgotten zero_grad": ("zero-grad-01", "zero-grad-02", "zero-grad-09", "zero-grad-14"),
    "finds a step before backward": ("training-loop-02", "training-loop-03", "training-loop-16"),
    "finds parameters an optimizer does not know": (
        "optimizers-07",
        "optimizers-08",
        "optimizers-09",
        "optimizers-15",
    ),
    "finds frozen weights that are expected to move": ("optimizers-10", "optimizers-11", "diagnosis-13"),
    "names the symptom of a loss curve": ("diagnosis-01", "diagnosis-02", "diagnosis-03", "diagnosis-04"),
    "names the likely cause of a symptom": ("diagnosis-09", "diagnosis-12", "diagnosis-14"),
    "names a remedy": ("diagnosis-07", "diagnosis-10", "diagnosis-11"),
}
DISAGREEMENTS = {
    "the two forms of momentum": ("sgd-11", "sgd-12"),
    "weight decay and the learning rate": ("regularization-03", "regularization-04"),
    "the factor 2 of L2": ("regularization-01", "regularization-02", "regularization-05"),
    "variance and deviation in He and Xavier": ("initialization-01", "initialization-02", "initialization-03"),
    "a step without gradients": ("optimizers-04", "optimizers-05", "optimizers-06", "zero-grad-08"),
    "where zero_grad goes": ("zero-grad-03", "zero-grad-05"),
    "Adam and the learning rate": ("adam-13", "adam-14"),
    "where a warmup starts": ("schedules-02", "schedules-10"),
    "the end of OneCycleLR": ("schedules-13", "schedules-14"),
    "a gradient is no share of the blame": ("gradients-01", "gradients-04"),
    "parameters that are new to an optimizer": ("optimizers-08", "optimizers-09"),
    "friction is not weight decay": ("regularization-06", "regularization-07"),
    "small batches and generalization": ("training-loop-09",),
}
SUBJECTS = {
    "why to warm up": ("schedules-25", "schedules-26"),
    "why a rate should fall": ("schedules-28", "diagnosis-08"),
    "batch size and learning rate": ("schedules-27", "training-loop-13"),
    "learning rate against optimizer, a loose claim": ("optimizers-17", "adam-14"),
    "a step of RMSprop or AdaGrad in numbers": ("adam-26", "adam-27"),
    "T_0 and T_mult": ("schedules-29", "schedules-30"),
    "clipping by value": ("regularization-16", "regularization-17"),
    "callbacks": ("training-loop-14", "training-loop-17", "training-loop-18"),
    "hyperparameters": ("training-loop-12", "training-loop-19", "training-loop-20"),
    "L2": ("regularization-01", "regularization-05", "regularization-18"),
    "the global minimum": ("landscape-05", "landscape-13", "landscape-14"),
    "inertia and friction": ("regularization-06", "regularization-07", "landscape-15"),
    "is fast convergence good": ("diagnosis-15",),
    "why large models can be easier to train": ("landscape-17", "landscape-02"),
    "batch size and friction": ("landscape-16",),
    "the table of symptoms": ("diagnosis-09", "diagnosis-10", "diagnosis-18", "diagnosis-19"),
}
KNOWN_WRONG_WAYS = {
    "01_backward_pass": "no_batch_mean bias_not_summed weight_gradient_transposed input_gradient_without_transpose "
    "relu_masks_upstream relu_open_at_zero one_hot_not_subtracted softmax_overflows sign_flipped "
    "updates_the_weights writes_into_its_inputs",
    "02_sgd_step": "adds forgets_lr rebinds_the_name crashes_on_none stops_at_first_none clears_the_gradients "
    "uses_only_the_sign updates_outside_no_grad only_the_first_moves",
    "03_adam_step": "no_bias_correction only_m_corrected only_v_corrected epsilon_inside_root betas_swapped "
    "t_one_ahead t_one_behind gradient_not_squared no_one_minus_beta changes_its_inputs "
    "m_and_v_returned_swapped epsilon_hat",
    "04_zero_grad_bug": "never_clears clears_between_backward_and_step clears_once_before_the_loop "
    "clears_every_other_batch leaves_a_stale_gradient rebuilds_the_optimizer lowers_learning_rate",
    "05_warmup_schedule": "starts_at_zero never_reaches_the_base keeps_growing falls_instead_of_rising "
    "integer_division divides_by_zero_without_warmup cosine_from_step_zero climbs_again ignores_the_minimum",
    "06_momentum": "dampens_the_first_gradient averages_the_gradient starts_from_rest looks_ahead_only_later "
    "looks_ahead_along_the_velocity conversions_swapped conversions_do_nothing rate_inside_the_velocity "
    "forgets_the_velocity",
    "07_weight_decay": "forgets_the_two adds_the_penalty_itself factor_two_in_sgd decay_without_the_rate "
    "decouples_in_adam factor_two_in_adam no_decay_unless_asked couples_in_adamw adamw_decay_without_the_rate "
    "decays_the_moved_parameter no_bias_correction",
    "08_gradient_clipping": "per_tensor_norm scales_up_small clips_after_the_step no_epsilon leaves_the_limit_alone "
    "returns_the_norm_after walks_twice",
    "09_initialization": "fans_swapped kernel_forgotten deviation_as_bound bound_without_its_root gain_missing "
    "linear_layer_of_torch truncated_normal he_with_both_fans global_generator seeds_its_own variance_as_deviation",
    "10_step_and_cosine": "fraction_not_floored falls_an_epoch_early takes_gamma_away clamps_at_the_end whole_wave "
    "ignores_t_mult counts_with_a_logarithm cycle_ends_at_the_floor",
    "11_one_cycle": "peak_one_late peak_rounded floor_from_the_peak ends_where_it_began momentum_follows_the_rate "
    "momentum_stays_down stays_at_the_end",
    "12_reduce_on_plateau": "patience_is_the_limit cooldown_one_short cooldown_ignored share_of_the_size "
    "threshold_always_a_distance threshold_ignored threshold_the_wrong_way cooldown_keeps_the_best_out "
    "compares_with_the_previous fall_forgets_the_best nan_is_skipped factor_taken_away eps_ignored equal_is_better",
}


@cache
def deck() -> Deck:
    return load_deck(ROOT)


def items() -> dict[str, AnyItem]:
    return deck().bank.items


@pytest.mark.parametrize("ability", ABILITIES)
def test_each_ability_has_three_items(ability):
    """At least three, and they exist."""
    assert len(ABILITIES[ability]) >= 3
    assert set(ABILITIES[ability]) <= items().keys()


@pytest.mark.parametrize("disagreement", DISAGREEMENTS)
def test_each_disagreement_of_the_sources_is_asked_about(disagreement):
    """By items that exist."""
    assert set(DISAGREEMENTS[disagreement]) <= items().keys()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_subject_of_the_sources_is_asked_about(subject):
    """The reflection questions and the loose ends too, by items that exist."""
    assert set(SUBJECTS[subject]) <= items().keys()


def test_no_term_is_asked_about_once_only():
    """Two authored items at least, in any place."""
    asked = Counter(term for item in items().values() for term in item.terms)
    assert [term for term in deck().glossary.terms if asked[term] < 2] == []


@pytest.mark.parametrize("exercise", KNOWN_WRONG_WAYS)
def test_each_known_wrong_way_of_an_exercise_has_a_wrong_answer_of_its_own(exercise):
    """So that a diagnosed misconception brings an item forward."""
    wanted = {f"{exercise}:{name}" for name in KNOWN_WRONG_WAYS[exercise].split()}
    assert wanted <= deck().bank.by_misconception.keys()


def test_each_term_has_an_authored_item():
    """Besides the questions that are made from its entry."""
    assert {term for item in items().values() for term in item.terms} == deck().glossary.terms.keys()


def test_each_concept_of_an_exercise_says_that_it_is_met_there(exercise: Exercise):
    """Both ways: the exercise names the term, and the term the exercise."""
    terms = deck().glossary.terms
    one_way = [name for name in exercise.manifest.concepts if exercise.number not in terms[name].exercises]
    assert one_way == []


def test_every_kind_is_used_and_there_are_enough():
    """Ten kinds, each several times, and at least 120 items in all."""
    kinds = Counter(type(item).__struct_config__.tag for item in items().values())
    assert len(kinds) == 10
    assert min(kinds.values()) >= 5
    assert kinds.total() >= 120


def test_true_and_false_are_both_likely():
    """Whoever always says the same is right in a third to two thirds of them."""
    answers = [item.answer for item in items().values() if isinstance(item, TrueFalse)]
    assert 1 / 3 <= sum(answers) / len(answers) <= 2 / 3


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_choice_is_not_the_right_one_more_often_than_by_chance(language):
    """Among items with one right choice, in each language."""
    longest = total = 0
    for item in items().values():
        if type(item).__struct_config__.tag != "one":
            continue
        lengths = {choice.right: [] for choice in item.choices}
        for choice in item.choices:
            lengths[choice.right].append(len(choice.text[language]))
        longest += lengths[True][0] > max(lengths[False])
        total += 1
    assert longest / total <= 1 / 3
