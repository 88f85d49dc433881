"""The decision on a measured law: what it is invariant under, what it knows, what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from numerics.inference import DEFAULT_SIZES, ClaimedLaw, Design, confirmed, decide, judge, plants, refusal
from numerics.inference.dependence import autocorrelations
from numerics.inference.estimates import decimal_unit, estimates
from numerics.inference.exponents import exponent_verdict, shares
from numerics.inference.fits import LARGEST_CORRECTION, OMEGA, correction_profile, misfit, zoomed
from numerics.inference.laws import progression
from numerics.inference.location import chosen_functional
from numerics.inference.mixture import threshold
from numerics.inference.power import smallest_detectable
from numerics.streams import stream

N = np.array(DEFAULT_SIZES, float)
DESIGN = Design(replicates=20)
few = settings(deadline=None, max_examples=20)
seeds = st.integers(0, 10**6)
exponents = st.floats(-2, 2)
NOISE = {
    "normal": lambda rng, shape: 1 + 0.03 * rng.standard_normal(shape),
    "exponential": lambda rng, shape: rng.exponential(1, shape),
    "lognormal": lambda rng, shape: np.exp(0.5 * rng.standard_normal(shape)),
    "skew": lambda rng, shape: 1 + 0.1 * (rng.exponential(1, shape) - 1),
}
noises = st.sampled_from(sorted(NOISE))


def draws(law, noise="normal", seed=0, replicates=20):
    """Draws (15, replicates) of a law on the default sizes."""
    return law[:, None] * NOISE[noise](stream(seed, "test", noise), (len(law), replicates))


def corrected(alpha, b=2.0, omega=1.0):
    return N**alpha * (1 + b * (N / N[0]) ** -omega)


def exact(law):
    """A deterministic sequence, drawn twice."""
    return np.repeat(np.asarray(law, float)[:, None], 2, axis=1)


@few
@given(seeds, noises, exponents, st.integers(-300, 300), st.sampled_from([1, -1]))
def test_the_unit_and_sign_of_the_value_are_immaterial(seed, noise, alpha, power, sign):
    data, claim = draws(corrected(alpha), noise, seed), ClaimedLaw(alpha, 0.3)
    moved = judge(claim, DESIGN, sign * 2.0**power * data)
    still = judge(claim, DESIGN, data)
    assert moved.outcome == still.outcome
    assert moved.reason == still.reason
    assert moved.interval == pytest.approx(still.interval, abs=1e-6)


@few
@given(seeds, noises, exponents, st.integers(2, 50))
def test_the_unit_of_size_is_immaterial_to_the_exponent(seed, noise, alpha, unit):
    data, claim = draws(corrected(alpha), noise, seed), ClaimedLaw(alpha, 0.3)
    other = Design(tuple(unit * n for n in DEFAULT_SIZES), 20)
    assert judge(claim, other, data).interval == pytest.approx(judge(claim, DESIGN, data).interval, abs=1e-6)


@few
@given(seeds, noises, exponents, st.integers(-3, 3))
def test_a_power_of_the_size_shifts_the_exponent_and_nothing_else(seed, noise, alpha, shift):
    data = draws(corrected(alpha), noise, seed)
    still = judge(ClaimedLaw(alpha, 0.3), DESIGN, data)
    moved = judge(ClaimedLaw(alpha + shift, 0.3), DESIGN, N[:, None] ** shift * data)
    assert moved.outcome == still.outcome
    assert np.array(moved.interval) - shift == pytest.approx(np.array(still.interval), abs=1e-6)


@few
@given(seeds, noises, exponents)
def test_the_order_of_the_draws_is_immaterial_to_the_exponent(seed, noise, alpha):
    data, claim = draws(corrected(alpha), noise, seed), ClaimedLaw(alpha, 0.3)
    shuffled = stream(seed, "order").permuted(data, axis=1)
    found = [exponent_verdict(claim, estimates(DEFAULT_SIZES, x, "geometric mean"), 0.01) for x in (data, shuffled)]
    assert found[0].outcome == found[1].outcome
    assert found[0].interval == pytest.approx(found[1].interval, abs=1e-6)


@few
@given(seeds, noises, exponents, st.floats(-0.5, 0.5), st.floats(0.05, 0.5), st.floats(1, 4))
def test_a_wider_margin_never_turns_one_verdict_into_the_other(seed, noise, alpha, off, margin, factor):
    data = draws(corrected(alpha), noise, seed)
    narrow, wide = (judge(ClaimedLaw(alpha + off, d), DESIGN, data).outcome for d in (margin, factor * margin))
    assert (narrow, wide) not in {("SUPPORTED", "REFUTED"), ("INCONCLUSIVE", "REFUTED")}


@few
@given(seeds, exponents, st.sampled_from([1.0, -1.0]))
def test_another_exponent_turns_the_verdict(seed, alpha, step):
    data = draws(corrected(alpha), "normal", seed, 40)
    true, false = (judge(ClaimedLaw(x, 0.2), Design(), data) for x in (alpha, alpha + step))
    assert (true.outcome, false.outcome) == ("SUPPORTED", "REFUTED")
    left, right = true.interval
    assert left <= true.exponent <= right
    assert false.worst_pair is not None
    assert true.power < 0.2


def scipy_least_misfit(data, alpha):
    """The second route: all four parameters at once, from many starts."""
    low, high = OMEGA

    def residual(p):
        ratio = LARGEST_CORRECTION * np.tanh(p[2])
        omega = (low + high) / 2 + (high - low) / 2 * np.tanh(p[3])
        law = p[1] * np.exp(p[0] * data.u) * (1 + ratio * np.exp(-omega * data.u))
        return (law * np.exp(data.log_unit[0] - data.log_unit) - data.centre) / data.error

    rng = stream(0, "starts")
    starts = [[alpha + rng.normal(), *rng.normal(size=3)] for _ in range(20)]
    bounds = [-6, -np.inf, -5, -5], [6, np.inf, 5, 5]
    return min(2 * least_squares(residual, start, bounds=bounds, max_nfev=300).cost for start in starts)


@pytest.mark.parametrize(
    "alpha, b, omega, seed",
    [(2, 2, 2, 0), (0, 1, 1, 0), (-1, -0.6, 0.7, 1), (0.5, 9, 2.5, 2), (1, 0, 1, 3), (1, -5, 3, 4)],
)
def test_the_least_misfit_is_that_of_a_search_over_all_parameters(alpha, b, omega, seed):
    data = estimates(DEFAULT_SIZES, draws(corrected(alpha, b, omega), "normal", seed, 400), "mean")
    data = replace(data, freedom=np.full(15, 1e9), skew=np.zeros(15))
    found = zoomed(correction_profile, data, -6, 6, 97).misfit.min()
    # The zoom stops where a parabola can lie lower by 0.025; ω and the weights add as much.
    c = data.growth[0]
    expected = (1 - 1 / c) * scipy_least_misfit(data, alpha) / 2 - 15 * np.log(c) / 2
    assert found == pytest.approx(expected, abs=0.05)


LOCATION = {
    "normal": ("mean", 1.0),
    "skew": ("mean", 1.0),
    "lognormal": ("geometric mean", 1.0),
    "exponential": ("geometric mean", np.exp(-np.euler_gamma)),
}


@pytest.mark.parametrize("noise", NOISE)
def test_the_misfit_of_the_true_law_is_evidence_of_mean_one_at_a_dozen_draws(noise):
    runs, level = 800, 0.05
    functional, value = LOCATION[noise]
    found = []
    for run in range(runs):
        data = estimates(DEFAULT_SIZES, draws(N**0.5, noise, run, 12), functional)
        found.append(misfit(value * N**0.5 * np.exp(-data.log_unit), data))
    # Four standard errors of a binomial count; by Markov's inequality the rate is at most the level.
    assert np.mean(np.array(found) >= threshold(level)) <= level + 4 * np.sqrt(level / runs)


def test_the_true_exponent_leaves_its_interval_no_more_often_than_stated():
    six, level, runs, missed = DEFAULT_SIZES[:6], 0.2, 80, 0
    design = Design(six, 20, level=level)
    for run in range(runs):
        decision = judge(ClaimedLaw(0.5, 0.1), design, draws(N[:6] ** 0.5, seed=run))
        missed += not decision.interval or not decision.interval[0] <= 0.5 <= decision.interval[1]
    assert missed <= runs * level + 4 * np.sqrt(runs * level * (1 - level))


def test_the_power_is_the_chance_of_a_refutation():
    claim, runs, caught = ClaimedLaw(0.5, 0.1), 60, np.zeros(2)
    for run in range(runs):
        found = estimates(DEFAULT_SIZES, draws(N**0.5, seed=run))
        error, side = smallest_detectable(claim, found, shares(0.01, 15)[0])
        for place, part in enumerate((1, 0.5)):
            law = N ** (0.5 + side * (0.1 + part * error))
            caught[place] += judge(claim, DESIGN, draws(law, seed=-1 - run)).outcome == "REFUTED"
    assert caught[0] >= runs * 0.95 - 4 * np.sqrt(runs * 0.95 * 0.05)
    assert caught[1] <= runs * 0.95 - 4 * np.sqrt(runs * 0.95 * 0.05)


EXACT = {
    "3w² + 74w + 10": (3 * N**2 + 74 * N + 10, 2, 0.05),
    "2w³ + 7w² − w": (2 * N**3 + 7 * N**2 - N, 3, 0.05),
    "7": (7 + 0 * N, 0, 0.05),
    "1/3": (1 / 3 + 0 * N, 0, 0.05),
    "5 − 4 n^−½": (5 - 4 * N**-0.5, 0, 0.05),
    "n^½(1 + 4 n^−½)": (N**0.5 * (1 + 4 * N**-0.5), 0.5, 0.05),
    "−3 n²+50 n": (-3 * N**2 + 50 * N, 2, 0.1),
    "n^60": (N**60, 60, 0.1),
}


@pytest.mark.parametrize("name", EXACT)
def test_a_deterministic_sequence_is_decided(name):
    law, alpha, margin = EXACT[name]
    assert judge(ClaimedLaw(alpha, margin), Design(), exact(law)).outcome == "SUPPORTED"
    assert judge(ClaimedLaw(alpha + 0.5, margin), Design(), exact(law)).outcome == "REFUTED"


@pytest.mark.parametrize(
    "law, reason",
    [
        (np.exp(-N / 50), "MISFIT"),
        (2.0**N, "MISFIT"),
        (N**0.5 * (1 + 0.1 * np.cos(2 * np.pi * np.log2(N))), "MISFIT"),
        (N**0.5 * np.log(N), ""),
    ],
    ids=["exponential decay", "exponential growth", "log-periodic", "logarithm"],
)
def test_what_is_not_a_power_is_refuted(law, reason):
    decision = judge(ClaimedLaw(0.5, 0.05), Design(), exact(law))
    assert (decision.outcome, decision.reason) == ("REFUTED", reason)


def test_a_logarithm_that_looks_like_a_power_is_named():
    decision = judge(ClaimedLaw(0.64, 0.06), Design(), draws(N**0.5 * np.log(N), replicates=40))
    assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", "LOG-AMBIGUOUS")
    assert "ln n" in decision.rival


@pytest.mark.parametrize("order, outcome", [(-4, "SUPPORTED"), (-2, "SUPPORTED"), (0, "REFUTED")])
def test_orders_of_convergence_are_told_apart_through_a_threefold_spread(order, outcome):
    spread = np.exp(np.log(3) * stream(1, "drift", order).standard_normal((15, 40)))
    decision = judge(ClaimedLaw(-3, 2), Design(), (0.2 * N**order * (1 + 2 / N))[:, None] * spread)
    assert decision.outcome == outcome
    assert "geometric mean" in decision.limits[0]


def test_a_geometric_grid_hides_a_log_periodic_law_and_is_refused():
    claim, doubling = ClaimedLaw(0.5, 0.05), tuple(2**k for k in range(2, 12))
    n = np.array(doubling, float)
    law = n**0.5 * (1 + 0.1 * np.cos(2 * np.pi * np.log2(n)))
    assert judge(claim, Design(doubling), exact(law)).outcome == "SUPPORTED"
    assert "log-periodic" in refusal(claim, Design(doubling))


@pytest.mark.parametrize("first", [(3,), (3, 4, 6), (5, 7)])
def test_a_tail_of_powers_of_one_ratio_supports_nothing(first):
    """The first sizes see a log-periodic law, and are left out of the window that fits, or a correction absorbs it."""
    claim, sizes = ClaimedLaw(0.5, 0.1), (*first, *(2**k for k in range(3, 12)))
    n = np.array(sizes, float)
    law = n**0.5 * (1 + 0.1 * np.cos(2 * np.pi * np.log2(n)))
    found = judge(claim, Design(sizes), exact(law))
    assert (found.outcome, found.reason) == ("INCONCLUSIVE", "DESIGN")
    for run in range(5):

        def sample(size, count, purpose, run=run):
            noise = stream(run, "tail", size, purpose).standard_normal(count)
            return law[sizes.index(size)] * (1 + 0.02 * noise)

        decision = decide(claim, Design(sizes, 80, looks=4), sample)
        assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", "DESIGN")
    assert ("log-periodic" in refusal(claim, Design(sizes))) is (len(first) < 3)


def test_two_progressions_are_blind_at_one_phase_and_its_opposite_alone():
    def seen(phase):
        law = N**0.5 * (1 + 0.05 * np.cos(2 * np.pi * np.log2(N) + phase))
        return judge(ClaimedLaw(0.5, 0.1), Design(), exact(law)).reason == "MISFIT"

    blind = -np.pi * np.log2(3)
    assert [seen(blind + off) for off in (0, np.pi, 0.3, -0.3, np.pi / 2)] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "sizes, geometric",
    [
        (DEFAULT_SIZES, False),
        (DEFAULT_SIZES[:6], False),
        ((10, 20, 30, 40, 50, 60), False),
        ((16, 32, 64, 128, 256, 512), True),
        ((3, 9, 81, 243, 6561, 19683), True),
        ((8, 11, 16, 23, 32, 45, 64), True),
        ((1000, 31623, 1000000), True),
    ],
)
def test_a_progression_is_recognised_even_when_rounded(sizes, geometric):
    assert progression(sizes) is geometric


@pytest.mark.parametrize(
    "margin, sizes, way_out",
    [
        (0.01, DEFAULT_SIZES, "a margin of 0.049, would do"),
        (0.1, (4, 6, 8, 12, 16, 24), "a largest size of 44.1"),
        (0.1, (4, 6, 8, 12, 512), "add sizes"),
        (0.1, (4, 8, 16, 32, 64, 128), "mix 2^k with 3·2^k"),
    ],
)
def test_a_design_that_cannot_decide_is_refused_before_sampling(margin, sizes, way_out):
    def sample(*_):
        raise AssertionError("sampled")

    decision = decide(ClaimedLaw(0.5, margin), Design(sizes), sample)
    assert (decision.outcome, decision.reason, decision.samples) == ("INCONCLUSIVE", "DESIGN", 0)
    assert way_out in decision.text


def with_one(value):
    data = draws(N**0.5)
    data[7, 3] = value
    return data


RNG = stream(0, "unfit")
UNFIT = {
    "nan": (with_one(np.nan), "NOT-FINITE"),
    "inf": (with_one(np.inf), "NOT-FINITE"),
    "zero": (np.zeros((15, 20)), "ZERO"),
    "zero in the end": (np.maximum(0, 100 - N)[:, None] * np.ones((1, 20)), "ZERO"),
    "noise about zero": (RNG.standard_normal((15, 40)), "AMPLITUDE-UNRESOLVED"),
    "random walk": (N[:, None] ** 0.5 * (5 + 0.1 * np.cumsum(RNG.standard_normal((15, 40)), axis=1)), "AUTOCORRELATED"),
    "alternating sign": (exact(N**0.5 * (-1) ** np.arange(15)), "CHANGING-SIGN"),
    "one draw": (N[:, None] ** 0.5, "UNDERPOWERED"),
    "five draws": (draws(N**0.5, replicates=5), "UNDERPOWERED"),
    "a far outlier": (with_one(1e6), "UNDERPOWERED"),
    "two sizes": (draws(N**0.5)[:2], "TOO-FEW-SIZES"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_unfit_data_are_never_decided(name):
    data, reason = UNFIT[name]
    sizes = DEFAULT_SIZES[: len(data)]
    decision = judge(ClaimedLaw(0.5, 0.1), Design(sizes), data)
    assert (decision.outcome, decision.reason) == ("INCONCLUSIVE", reason)
    assert decision.text


def test_rounded_values_are_known_to_half_a_unit():
    rounded = judge(ClaimedLaw(0.5, 0.1), Design(), exact(np.floor(3 * N**0.5)))
    smooth = judge(ClaimedLaw(0.5, 0.1), Design(), exact(3 * N**0.5 + 0.25))
    assert rounded.error > 3 * smooth.error
    assert any("multiples of 1:" in limit for limit in rounded.limits)


@given(st.floats(-1.5, 1.5), st.floats(0.2, 5), st.floats(-2, 2), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_exact_laws_rounded_to_decimals_are_not_refuted_and_wrong_ones_not_supported(a, amplitude, bent, places):
    y = np.round(N**a * (amplitude + bent / N), places)
    assert judge(ClaimedLaw(a, 0.1), Design(), exact(y)).outcome != "REFUTED"
    assert judge(ClaimedLaw(a + 0.25, 0.1), Design(), exact(y)).outcome != "SUPPORTED"


@pytest.mark.parametrize("a, amplitude, bent, places", [(-0.6097, 2.5657, 1.3978, 1), (-0.1387, 3.9568, -0.6771, 0)])
def test_values_that_end_in_one_rounded_number_extrapolate_to_no_exponent(a, amplitude, bent, places):
    """The last local exponents are 0, whatever the law: the extrapolation agrees with itself and is worth nothing."""
    y = np.round(N**a * (amplitude + bent / N), places)
    assert judge(ClaimedLaw(a, 0.1), Design(), exact(y)).outcome != "REFUTED"


@pytest.mark.parametrize("places", range(1, 8))
def test_the_decimal_unit_is_the_step_of_rounded_values_and_zero_for_others(places):
    y = exact(np.round(np.pi * N**0.5, places))
    assert decimal_unit(y) == 10.0**-places
    assert decimal_unit(y / 3) == 0


def test_far_outliers_call_for_medians_and_wide_positive_spreads_for_logarithms():
    heavy = draws(N**0.5, replicates=200)
    heavy[::3, 5] *= 1e4
    assert chosen_functional(heavy) == "median of five"
    assert judge(ClaimedLaw(0.5, 0.1), Design(), heavy).outcome == "SUPPORTED"
    assert chosen_functional(draws(N**0.5, "lognormal")) == "geometric mean"
    assert chosen_functional(draws(N**0.5)) == "mean"


def test_shared_seeds_are_noted_and_not_taken_for_autocorrelation():
    common = N[:, None] ** 0.5 * (1 + 0.02 * stream(0, "shared").standard_normal(40))
    decision = judge(ClaimedLaw(0.5, 0.1), Design(), common)
    assert decision.reason != "AUTOCORRELATED"
    assert any("shared seeds" in limit for limit in decision.limits)


def test_independent_draws_are_not_called_autocorrelated():
    scores = [autocorrelations(NOISE["skew"](stream(k, "white"), (15, 40)))[0] for k in range(200)]
    assert np.std(scores) < 1.2
    assert max(scores) < 4


@pytest.mark.parametrize(
    "law, outcome",
    [(3 * N**2, "SUPPORTED"), (3 * N**2 * (1 + 1e-5 / N), "SUPPORTED"), (3 * N**2 + N, "REFUTED"), (N + 1, "REFUTED")],
    ids=["homogeneous", "within the floor", "a correction", "another exponent"],
)
def test_the_letter_of_a_homogeneous_law(law, outcome):
    decision = judge(ClaimedLaw(2, 0.05, letter=True), Design(), exact(law))
    assert decision.outcome == outcome
    assert decision.worst_pair[0] == 4


def test_a_correction_refutes_the_letter_and_not_the_exponent():
    data = draws(corrected(0.5, b=0.5), replicates=100)
    outcomes = [judge(ClaimedLaw(0.5, 0.1, letter=letter), Design(), data).outcome for letter in (True, False)]
    assert outcomes == ["REFUTED", "SUPPORTED"]


def test_the_step_of_an_integrator_is_not_held_against_the_letter():
    law = np.where(N < 500, N, 1.01 * N)
    outcomes = [judge(ClaimedLaw(1, 0.1, letter=True), Design(integrator=x), exact(law)).outcome for x in (0, 0.02)]
    assert outcomes == ["REFUTED", "SUPPORTED"]


def test_the_letter_is_undecided_where_noise_hides_the_margin():
    assert judge(ClaimedLaw(0.5, 0.001, letter=True), Design(), draws(N**0.5)).reason == "WIDE"


@pytest.mark.parametrize(
    "claim", [ClaimedLaw(0.5, 0.15), ClaimedLaw(0.5, 0.2, letter=True)], ids=["exponent", "letter"]
)
@pytest.mark.parametrize("alpha", [0.5, 0.9])
def test_a_sound_design_tells_a_planted_falsehood_from_a_planted_truth(claim, alpha):
    controls = plants(claim, Design(), draws(N**alpha, replicates=40))
    assert (controls.truth.outcome, controls.falsehood.outcome) == ("SUPPORTED", "REFUTED")
    assert controls.decided
    assert not controls.forbidden
    assert abs(controls.false_exponent - 0.5) > (0 if claim.letter else claim.margin)


def test_controls_are_the_same_every_time_and_none_on_unfit_data():
    data = draws(N**0.5)
    assert plants(ClaimedLaw(0.5, 0.1), DESIGN, data) == plants(ClaimedLaw(0.5, 0.1), DESIGN, data)
    assert plants(ClaimedLaw(0.5, 0.1), DESIGN, np.zeros((15, 20))).truth is None


def sampler(law, per_purpose=None):
    """Draws from streams by purpose; another law for the purposes in `per_purpose`."""

    def sample(size, count, purpose):
        value = (per_purpose or {}).get(purpose, law)(size)
        return value * (1 + 0.02 * stream(0, "sample", size, purpose).standard_normal(count))

    return sample


def test_a_refutation_counts_when_fresh_draws_refute_too():
    claim = ClaimedLaw(1, 0.1)
    flat, by_chance = sampler(lambda n: n**0.5), sampler(lambda n: n**0.5, {"confirm": lambda n: float(n)})
    first = decide(claim, Design(), flat)
    assert first.outcome == "REFUTED"
    assert confirmed(first, claim, Design(), flat).outcome == "REFUTED"
    second = confirmed(first, claim, Design(), by_chance)
    assert (second.outcome, second.reason) == ("INCONCLUSIVE", "UNCONFIRMED")
    kept = decide(ClaimedLaw(0.5, 0.1), Design(), flat)
    assert confirmed(kept, ClaimedLaw(0.5, 0.1), Design(), flat) is kept


def test_looks_stop_at_the_first_verdict_and_add_fresh_draws():
    design = Design(replicates=200, looks=3)
    early = decide(ClaimedLaw(2, 0.1), design, sampler(lambda n: n**0.5))
    late = decide(ClaimedLaw(0.5, 0.05), design, sampler(lambda n: n**0.5))
    assert (early.outcome, early.looks, early.samples) == ("REFUTED", 1, 15 * 50)
    assert late.looks > 1
    assert late.samples > 15 * 50


def test_the_error_budget_adds_up():
    decision = judge(ClaimedLaw(0.5, 0.2), Design(), draws(N**0.5, replicates=40))
    budget = dict(decision.error_budget)
    whole = np.hypot(budget["sampling"], budget["model floor"])
    assert whole * budget["factor for confidence and corrections"] == pytest.approx(decision.error)
    assert decision.error == pytest.approx(np.diff(decision.interval)[0] / 2)


def test_the_finite_size_is_what_the_slope_at_the_end_still_misses():
    found = judge(ClaimedLaw(0.5, 0.2), Design(), draws(corrected(0.5, 4.0), replicates=100))
    slope = np.diff(np.log(corrected(0.5, 4.0)[-2:]))[0] / np.diff(np.log(N[-2:]))[0]
    assert dict(found.error_budget)["finite size"] == pytest.approx(abs(slope - 0.5), abs=found.error)


def test_the_step_of_an_integrator_joins_the_budget_and_widens_the_interval():
    data = draws(N**0.5, replicates=40)
    plain, stepped = (judge(ClaimedLaw(0.5, 0.2), Design(integrator=x), data) for x in (0.0, 0.02))
    assert stepped.error > 1.5 * plain.error
    budget = dict(stepped.error_budget)
    whole = np.sqrt(sum(budget[part] ** 2 for part in ("sampling", "model floor", "integrator step")))
    assert whole * budget["factor for confidence and corrections"] == pytest.approx(stepped.error)
    assert "integrator step" not in dict(plain.error_budget)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: ClaimedLaw(np.nan, 0.1), "not a finite number"),
        (lambda: ClaimedLaw(1, 0), "positive, finite margin"),
        (lambda: Design((4, 4, 8)), "increasing"),
        (lambda: Design(level=1), "between 0 and 1"),
        (lambda: Design(replicates=0), "at least 1"),
        (lambda: Design(functional="mode"), "median of five"),
        (lambda: Design(integrator=-1), "not negative"),
        (lambda: decide(ClaimedLaw(0, 0.1), Design(), lambda *_: np.zeros(3)), "one value a draw"),
    ],
)
def test_a_bad_argument_is_named_with_a_way_out(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "law, told",
    [
        (lambda n: 3 * n**0.5 * (1 + 2 / n), "n^0.5 (A + B n^−ω)"),
        (lambda n: n * np.log(n) ** 2, "n^1 (ln n)^2"),
        (lambda n: n**0.5 * (np.log(n) + 3), "n^0.5 (A ln n + C)"),
    ],
)
def test_the_best_law_is_the_one_that_was_planted(law, told):
    sizes = tuple(8 * n for n in DEFAULT_SIZES)

    def sample(size, draws, purpose):
        return law(size) * (1 + 1e-3 * stream(0, "best", size, purpose).standard_normal(draws))

    assert decide(ClaimedLaw(0.5, 0.1), Design(sizes, 80), sample).best == told
