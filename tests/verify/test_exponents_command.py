"""referee exponents: what it prints, its status, what it refuses, what it says to a slip of the pen."""

import json
import statistics
import subprocess
import sys

import pytest
from sympy import Integer, Rational, Symbol, oo, sympify

from verify.commands.cli import main
from verify.exponent_report import decimal, shown
from verify.flow_input import parameters, place

WILSON_FISHER = ["--flow", "u: eps*u - 3*u**2", "--flow", "t: (2 - u)*t", "--parameter", "eps"]
KOSTERLITZ_THOULESS = ["--flow", "x: -y**2", "--flow", "y: -x*y"]
CUBIC = ["--flow", "u: -eps*u + (N + 8)/3*u**2 + 2*u*v", "--flow", "v: -eps*v + 4*u*v + 3*v**2", "--convention", "mu"]


@pytest.fixture
def referee(capsys):
    """(status, printed text) of `referee exponents …`; what is printed as an error is appended."""

    def run(*arguments):
        status = main(["exponents", *arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_the_wilson_fisher_fixed_point(referee):
    status, text = referee(*WILSON_FISHER)
    assert status == 0
    assert "u = eps/3, t = 0" in text
    assert "relevant y    2 - eps/3" in text
    assert "ν             3/(6 - eps) = 1/2 + eps/12 + O(eps**2)" in text
    assert "ω             eps" in text
    assert "eps small and positive" in text


def test_the_coupling_alone_has_no_nu_and_says_so(referee):
    status, text = referee("--flow", "u: eps*u - 3*u**2", "--parameter", "eps", "--at", "u = eps/3")
    assert status == 2
    assert "irrelevant y  -eps" in text
    assert "no finite ν: no relevant direction" in text


def test_the_convention_of_energies_flips_the_sign(referee):
    lengths = referee("--flow", "g: g - g**2", "--at", "g=0")
    energies = referee("--flow", "g: -g + g**2", "--convention", "mu", "--at", "g=0")
    assert lengths == energies
    assert referee("--flow", "g: -g + g**2", "--at", "g=0")[0] == 2


def test_kosterlitz_thouless_is_refused_with_its_essential_singularity(referee):
    status, text = referee(*KOSTERLITZ_THOULESS, "--dimension", "2", "--field", "15/8")
    assert status == 2
    assert "no finite ν" in text
    assert "exp(pi/sqrt(I)) for x**2 - y**2 < 0" in text
    assert "η             1/4" in text


def test_logarithms_in_four_dimensions(referee):
    rules = ["--flow", "g: -(N + 8)/3*g**2", "--flow", "t: (2 - (N + 2)/3*g)*t", "--parameter", "N > 0"]
    status, text = referee(*rules)
    assert status == 2
    assert "Abs(log(t))**((N + 2)/(2*(N + 8)))/sqrt(t) for g > 0" in text


def test_a_coupling_that_is_positive_stands_for_itself(referee):
    _, text = referee("--flow", "g: g**3")
    assert "exp(1/(2*g**2)) for g > 0; every relevant field zero" in text
    assert "exp(1/(2*g**2)) for g < 0; g stands for |g|, every relevant field zero" in text


def test_a_centre_has_a_pair_with_real_part_0_and_no_direction_with_y_0(referee):
    status, text = referee("--flow", "x: y", "--flow", "y: -x")
    assert status == 2
    assert "no finite ν: Re y = 0 for y = -I, I: a centre to linear order" in text
    assert "no marginal direction" not in text
    assert "y = 0)" not in text


def test_the_reason_why_there_is_no_nu_is_no_refusal_of_the_fixed_point(referee):
    _, text = referee("--flow", "g: -g")
    assert "no ν          no finite ν: no relevant direction" in text
    assert "refused" not in text


def test_solutions_of_a_map_that_are_not_shown_are_counted_apart(referee):
    _, text = referee("--map", "p: p**2", "--b", "2", "--within", "p: 1/2, 2")
    assert "Found 1 fixed point (all real ones with 1/2 ≤ p ≤ 2)." in text
    assert "Other solutions of g = R(g), complex or out of range: 1 with multiplicity." in text
    _, text = referee("--map", "p: p**3/2 + p + p/2", "--b", "2")
    assert "Found 1 fixed point (all real ones)." in text
    assert "Other solutions of g = R(g), complex: 2 with multiplicity." in text


def test_signs_follow_declared_bounds(referee):
    _, undecided = referee(*CUBIC, "--parameter", "eps", "--parameter", "N", "--at", "v=0, u=3*eps/(N+8)")
    assert "undecided y   eps*(N - 4)/(N + 8)" in undecided
    _, stable = referee(*CUBIC, "--parameter", "eps", "--parameter", "0 < N < 4", "--at", "v=0, u=3*eps/(N+8)")
    assert "irrelevant y  eps*(N - 4)/(N + 8), -eps" in stable
    _, text = referee(*CUBIC, "--parameter", "eps", "--parameter", "N")
    assert "Fixed points merge where eps = 0 or N - 4 = 0." in text


def test_a_value_of_a_parameter_is_put_in(referee):
    _, text = referee(*CUBIC, "--parameter", "eps=1", "--parameter", "N = 4")
    assert "multiplicity  2" in text
    assert "4 with multiplicity" in text


def test_maps(referee):
    status, text = referee("--map", "K: log(cosh(4*K))/2", "--b", "2", "--within", "K: 1/10, 1")
    assert status == 0
    assert "0.304688931718003" in text
    assert "1.33826579038995" in text
    status, text = referee("--map", "p: 2*p**2 - p**4", "--b", "2", "--at", "p=0.618")
    assert status == 0
    assert "log(2)/log(6 - 2*sqrt(5)) = 1.63527972697983" in text
    assert "β  " not in text


def test_hyperscaling_is_refused_above_the_upper_critical_dimension(referee):
    status, text = referee("--flow", "t: 2*t", "--flow", "u: -u", "--dimension", "5", "--field", "7/2")
    assert status == 0
    assert "β, δ and α are refused" in text
    assert "γ             1" in text
    _, named = referee("--flow", "t: 2*t", "--dimension", "7", "--field", "4", "--upper-critical", "6")
    assert "above the upper critical dimension 6" in named


def test_exact_exponents_of_the_ising_model(referee):
    _, text = referee("--flow", "t: t", "--dimension", "2", "--field", "15/8")
    assert "β             1/8" in text
    assert "δ             15" in text


def test_series(referee):
    rules = ["--flow", "t: eps*t - (N - 2)*(t**2 + t**3)", "--parameter", "eps", "--parameter", "N > 2"]
    _, text = referee(*rules, "--convention", "mu", "--order", "2")
    assert "relevant y    eps + eps**2/(N - 2)" in text


def test_what_is_not_solved_is_said(referee):
    _, text = referee("--flow", "u: eps*u - u**2 - u**4", "--parameter", "eps")
    assert "Not solved: the solutions of" in text
    assert "u**3" in text
    assert "--order N gives those that are power series in eps" in text
    _, searched = referee("--flow", "K: 2*K + sinh(2*K)/2*log(tanh(K))")
    assert "0.139777682120293" in searched
    assert "Not decided: whether there are fixed points in -8" in searched


def test_no_fixed_point(referee):
    status, text = referee("--flow", "u: 1 + u**2")
    assert status == 2
    assert "no finite ν: every fixed point is complex" in text
    assert "no finite ν: there is no fixed point" in referee("--flow", "u: 1")[1]
    assert "no fixed point is proven" in referee("--flow", "u: exp(u) - 1 - u", "--within", "u: -1, 1")[1]


def test_lines_of_fixed_points(referee):
    status, text = referee("--flow", "x: x*y", "--flow", "y: 0")
    assert status == 2
    assert "2 lines of fixed points" in text
    status, chosen = referee("--flow", "x: x*y", "--flow", "y: 0", "--at", "x=0, y=1/2")
    assert status == 0
    assert "ν             2" in chosen


def test_names_that_sympy_has_are_couplings_and_parameters(referee):
    status, text = referee(
        "--flow", "N: beta*N - N**2", "--flow", "S: (zeta - I*N)*S", "--parameter", "beta=2",
        "--parameter", "I=1/2", "--parameter", "zeta = 3", "--at", "N=2, S=0",
    )  # fmt: skip
    assert status == 0
    assert "relevant y    2" in text
    status, text = referee("--flow", "E: 2*E", "--flow", "Q: -Q", "--flow", "gamma: -3*gamma")
    assert status == 0
    assert "E = 0, Q = 0, gamma = 0" in text


def test_a_scheme_check_is_shown(referee):
    _, text = referee(*WILSON_FISHER, "--at", "1", "--check-scheme")
    assert "the dimensions are the same after" in text


def test_latex_and_json(referee, tmp_path):
    _, text = referee(*WILSON_FISHER, "--at", "1", "--latex")
    assert r"\nu &= \frac{3}{6 - eps}" in text
    file = tmp_path / "out.json"
    referee(*WILSON_FISHER, "--json", str(file))
    values = json.loads(file.read_text("utf-8"))
    critical = values["fixed_points"][0]
    assert critical["at"]["u"]["exact"] == "eps/3"
    assert critical["exponents"]["nu"]["exact"] == "3/(6 - eps)"
    assert (values["count"], values["complete"], values["status"]) == (2, True, 0)
    _, alone = referee(*WILSON_FISHER, "--json", "-")
    assert json.loads(alone) == values


def test_models(referee):
    status, table = referee("--models")
    assert status == 0
    assert any(line.startswith("on ") for line in table.splitlines())
    status, text = referee("--model", "on", "--parameter", "N=1", "--order", "2")
    assert status == 0
    assert "2 - epsilon/3 - 19*epsilon**2/162 + O(epsilon**3)" in text
    status, text = referee("--model", "on", "--order", "1")
    assert status == 0
    assert ", N = N" not in text
    assert "[N, fixed_point = cubic]" in table


def test_a_resummed_model_has_errors(referee):
    status, text = referee("--model", "on", "--parameter", "N=1", "--dimension", "3", "--resum", "--order", "4")
    assert status == 0
    (line,) = (line for line in text.splitlines() if line.strip().startswith("ν ") and "±" in line)
    value, error = line.split()[1], line.split()[3]
    assert abs(float(value) - 0.62997) < 5 * float(error)
    assert "an estimate, no confidence interval" in text
    assert "may lie outside" not in text


def test_far_from_the_critical_dimension_an_error_is_said_to_be_little_to_go_by(referee):
    _, text = referee("--model", "on", "--parameter", "N=1", "--dimension", "2", "--resum", "--order", "4")
    assert "Resummed in d = 2, ε = 2:" in text
    assert "So far from it the true value may lie outside." in text


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--flow", "u: epss*u - u**2", "--parameter", "eps"], "epss is unknown; the names here are eps, u"),
        (["--flow", "u: epss*u - u**2", "--parameter", "eps"], "a parameter has to be named: --parameter NAME"),
        (["--flow", "u"], "write 'coupling: expression'"),
        (["--flow", "u: u", "--flow", "u: -u"], "the coupling u has two rules"),
        (["--flow", "u: u", "--parameter", "u"], "a name is one or the other"),
        (["--flow", "u: u/0"], "u/0 divides by zero"),
        (["--flow", "u: __import__('os')"], "is no function here"),
        (["--flow", "u: u^2"], "a power is written **"),
        (["--flow", "u: u", "--b", "2"], "--b belongs to --map"),
        (["--map", "u: u**2"], "--map needs --b"),
        (["--map", "u: u**2", "--b", "1"], "b > 1"),
        (["--flow", "u: u", "--field", "1"], "--field needs --dimension"),
        (["--flow", "u: u", "--at", "7"], "the fixed points are #1 u = 0"),
        (["--flow", "u: u", "--at", "w=1"], "for some of u"),
        (["--flow", "u: u", "--at", "u=1"], "0 fixed points are there; there are #1 u = 0"),
        (["--flow", "u: u", "--within", "w: 1, 2"], "for one of u"),
        (["--flow", "u: u", "--parameter", "3 < N < 2"], "no number lies between"),
        (["--flow", "u: u", "--parameter", "N >= 2"], "write a name"),
        (["--flow", "u: u - u**2", "--order", "2"], "needs a small parameter"),
        (["--model", "onn"], "the models are on"),
        (["--model", "on", "--parameter", "M=1"], "has no parameter M"),
        (["--model", "on", "--parameter", "N=1", "--resum"], "--resum needs --dimension"),
        ([], "one of --flow, --map, --model and --models is needed"),
        (["--flow", "u: u", "--models"], "not two of them"),
    ],
)
def test_a_slip_of_the_pen_is_bad_usage_and_is_explained(referee, arguments, message):
    status, text = referee(*arguments)
    assert status == 4
    assert message in text
    assert "Traceback" not in text


def test_what_is_beyond_the_method_is_refused_without_a_traceback(referee):
    status, text = referee("--flow", "u: exp(a*u) - 1", "--parameter", "a")
    assert status == 2
    assert text.startswith("refused: ")


def test_numbers_are_shown_exactly_and_to_proven_digits():
    assert shown(Rational(5, 9)) == "5/9"
    assert shown(sympify("sqrt(2)")) == "sqrt(2) = 1.41421356237310"
    assert shown(sympify("1 - 2*I")) == "1 - 2*I"
    assert (shown(oo), shown(-oo)) == ("∞", "−∞")
    assert decimal(Symbol("x")) is None
    assert decimal(sympify("exp(1)"), 5) == "2.7183"


def test_parameters_and_places_are_read():
    given = parameters(["2 < N < 4", "q", "m = 1/3", "eps", "k < 4", "0 < j"])
    N, q, m, eps = (given.symbols[name] for name in ("N", "q", "m", "eps"))
    k, j = given.symbols["k"], given.symbols["j"]
    assert given.assuming.bounds == {N: (2, 4), k: (-oo, 4), j: (0, oo)}
    assert given.values == {m: Rational(1, 3)}
    assert given.assuming.small == eps
    assert parameters(["x"], small="x").assuming.small == Symbol("x")
    assert place("#2", [q], given) == 2
    assert place("q = eps/3", [q], given) == {q: eps / Integer(3)}
    with pytest.raises(ValueError, match="was given before"):
        parameters(["N > 2", "N < 4"])


def test_one_coupling_needs_no_heavy_imports():
    """Start-up: SymPy and FLINT, nothing that measures."""
    code = (
        "import sys; from verify.commands.cli import main; "
        "main(['exponents', '--flow', 'u: eps*u - 3*u**2', '--parameter', 'eps']); "
        "print(sorted({'torch', 'numpy', 'scipy', 'hypothesis', 'rich'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"


def test_one_coupling_costs_little_more_than_importing_sympy():
    """A ratio of processor times, so that a busy machine does not decide."""

    def seconds(code):
        script = f"import time\n{code}\nprint(time.process_time())"
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        return float(ran.stdout.split()[-1])

    command = "from verify.commands.cli import main\nmain(['exponents', '--flow', 'u: u - 3*u**2'])"
    ratios = [seconds(command) / seconds("import sympy") for _ in range(3)]
    assert statistics.median(ratios) < 3
