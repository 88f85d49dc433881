"""referee residues: what it prints, what it writes, and with which status it ends."""

import json

import pytest

from verify.commands.cli import main


def answered(capsys, *arguments):
    status = main(["residues", *arguments])
    return status, capsys.readouterr()


def test_a_rational_function_is_answered(capsys):
    status, told = answered(capsys, "(5*z**2 + z + 7)/(z**2 + 1)", "--digits", "20")
    assert status == 0
    for line in ("z = I: pole of order 1, residue 1/2 - I", "sum over the plane: 1\n", "residue at infinity: -1\n"):
        assert line in told.out


def test_digits_are_certified(capsys):
    status, told = answered(capsys, "exp(1/z)/(1 - z)", "--digits", "60", "--json", "-")
    data = json.loads(told.out)
    essential = next(row for row in data["points"] if row["kind"] == "essential")
    assert status == 0
    assert essential["residue"] == "-1 + E"
    assert essential["ball"].startswith("[1.71828182845904523536028747135266249775724709369995957496697")


def test_conjugate_poles_are_shown_without_radicals(capsys):
    status, told = answered(capsys, "1/(z**5 - z - 1)", "--json", "-")
    rows = json.loads(told.out)["points"]
    assert status == 0
    assert len(rows) == 5
    assert len({row["residue"] for row in rows}) == 1
    told = answered(capsys, "1/(z**5 - z - 1)", "--digits", "10")[1].out
    assert "z = p = root(x**5 - x - 1, 1.1673040): pole of order 1, residue -320*p**4/2869" in told
    assert "p = " not in answered(capsys, "z**4/(z**5 - 2*z**4 + 1)")[1].out.split("z = 1:")[1].splitlines()[0]


def test_a_ball_around_zero_is_shown_as_a_ball():
    from flint import acb, arb

    from verify.monodromy_report import shown
    from verify.residue_report import shown_ball

    for show in (shown, shown_ball):
        assert show(acb(arb(0, arb(10) ** -9), 0), 12).startswith("[+/- 1.0")
        assert show(acb(0), 12) == "0"


def test_infinitely_many_poles_with_a_sum(capsys):
    status, told = answered(capsys, "pi*cot(pi*z)/z**2")
    assert status == 0
    for line in (
        "z = k, k = every integer but 0",
        "sum over the plane: 0, the limit of the sums over |z| < R\n",
        "residue at infinity: UNDEFINED",
        "k = -1: 1.0",
    ):
        assert line in told.out


@pytest.mark.parametrize(
    "text, told",
    [
        ("log(z)/z", "branch point"),
        ("sqrt(z)/(z - 1)", "branch point"),
        ("conjugate(z)/z", "not holomorphic"),
        ("1/sin(1/z)", "accumulate"),
        ("tanh(z)", "it diverges"),
        ("1/(exp(z) - z)", "no closed form"),
    ],
)
def test_what_has_no_answer_ends_with_two_and_the_reason(text, told, capsys):
    status, shown = answered(capsys, text)
    assert status == 2
    assert told in shown.out


def test_a_form_has_a_point_at_infinity(capsys):
    status, told = answered(capsys, "dz/z", "--form")
    assert status == 0
    assert "ω = (1/z) dz" in told.out
    assert "sum over the sphere: 0; order -1 of the form at infinity" in told.out


def test_parameters_are_answered_by_formulas(capsys):
    status, told = answered(capsys, "z/((z - a)*(z - b))", "--parameters", "a, b")
    assert status == 0
    for line in ("z = a: pole of order 1, residue a/(a - b)", "sum over the plane: 1", "for generic parameters"):
        assert line in told.out
    status, told = answered(capsys, "z/(z**5 - z - a)", "--parameters", "a", "--json", "-")
    assert json.loads(told.out)["points"][0]["residue"] == "p/(5*p**4 - 1)"
    assert "residue -1/a" in answered(capsys, "tan(a*z)", "--at", "pi/(2*a)", "--parameters", "a")[1].out


def test_poles_within_a_radius(capsys):
    status, told = answered(capsys, "1/cos(sqrt(z))", "--within", "50")
    assert status == 0
    for line in ("z = 9*pi**2/4: pole of order 1, residue 3*pi", "sum over |z| < 50: 2*pi, in the ball [6.28"):
        assert line in told.out
    status, told = answered(capsys, "1/(exp(z) - z)", "--within", "10", "--digits", "20")
    assert status == 0
    assert "z in [0.3181315052047641353" in told.out
    assert told.out.count("pole of order 1, residue in") == 4
    assert "--within R lists the poles" in answered(capsys, "1/(exp(z) - z)")[1].out
    status, told = answered(capsys, "tan(z)", "--within", "3", "--at", "1")
    assert (status, "without --at" in told.err) == (4, True)


def test_one_point(capsys):
    assert answered(capsys, "log(z)/(z - 1)**2", "--at", "1")[0] == 0
    status, told = answered(capsys, "sqrt(x)/(x - 1)", "--at", "1", "--variable", "x")
    assert status == 2
    assert "depends on the branch" in told.out
    assert "residue -1" in answered(capsys, "1/z", "--at", "oo")[1].out


def test_the_values_are_written_to_a_file(tmp_path, capsys):
    file = tmp_path / "values.json"
    status, told = answered(capsys, "gamma(z)", "--json", str(file))
    assert status == 0
    assert json.loads(file.read_text("utf-8"))["sum over the plane"]["value"] == "exp(-1)"
    assert "sum over the plane: exp(-1), in the ball [0.36787944117144232" in told.out


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["z^2"], "a power is written"),
        (["a/z"], "a is unknown"),
        (["a/z"], "declared by --parameters a"),
        (["1/z", "--at", "b"], "declared by --parameters b"),
        (["a/z", "--parameters", "2"], "names with commas"),
        (["1/z", "--form"], "a form is a function times dz"),
        (["dz**2/z", "--form"], "a form is a function times dz"),
        (["1/z", "--digits", "0"], "at least 1"),
        (["1/z", "--variable", "2"], "not a name"),
        (["__import__('os')"], "is no function here"),
    ],
)
def test_bad_input_ends_with_four(arguments, told, capsys):
    status, shown = answered(capsys, *arguments)
    assert status == 4
    assert told in shown.err


def test_names_that_are_given_come_before_constants(capsys):
    assert "E = I: pole of order 1, residue" in answered(capsys, "1/(E - I)", "--variable", "E")[1].out
    assert "residue E" in answered(capsys, "E/z", "--parameters", "E", "--json", "-")[1].out.replace('": "', " ")


def test_a_minus_sign_ahead(capsys):
    assert "residue -1" in answered(capsys, "--digits", "10", "--", "-z/(z - 1)")[1].out
    assert "residue 1" in answered(capsys, "1/(z + I)", "--at=-I")[1].out
    assert "residue 1" in answered(capsys, "1/(z + I)", "--at", "-I")[1].out


@pytest.mark.parametrize(
    "f, z", [("-1/z", "-1"), ("-E/z", "-E"), ("-(2/z)", "-2"), ("-.5/z", "-1/2"), ("-z**-1", "-1")]
)
def test_an_expression_that_begins_with_a_minus_is_no_option(f, z, capsys):
    status, told = answered(capsys, f)
    assert status == 0
    assert f"z = 0: pole of order 1, residue {z}\n" in told.out
    assert not told.out.splitlines()[0].endswith(" ")


@pytest.mark.parametrize("f, at", [("sqrt(z)/(z - 4)**2", "4"), ("tan(1/z)", "2/pi")])
def test_a_table_that_one_point_spoils_names_the_way_to_the_others(f, at, capsys):
    assert "--at POINT answers for one other point" in answered(capsys, f)[1].out
    assert "--at POINT" not in answered(capsys, f, "--at", "0")[1].out
    assert "--at POINT" not in answered(capsys, "conjugate(z)/z")[1].out


def test_a_pole_of_one_branch_is_said_to_be_that_of_the_principal_one(capsys):
    told = "the order is that of the principal branch, the residue that of every branch"
    assert told in answered(capsys, "log(z)/(z - 1)**2", "--at", "1")[1].out
    for f in ("1/(z - 1)", "cos(sqrt(z))/(z - 1)", "gamma(z)/(z - 1)"):
        assert told not in answered(capsys, f, "--at", "1")[1].out


def test_a_time_limit_is_a_refusal(capsys):
    status, told = answered(capsys, "1/(z**40 - z - 1)", "--seconds", "0.05")
    assert status == 2
    assert "give more with --seconds" in told.out


def test_routes_that_disagree_are_an_error_and_no_value(monkeypatch, capsys):
    from theory import residue_tables

    def broken(f, z, digits):
        raise ArithmeticError("internal error: 1 by one route, 2 by another")

    monkeypatch.setattr(residue_tables, "table", broken)
    status, told = answered(capsys, "1/z")
    assert (status, told.out) == (3, "")
    assert "internal error" in told.err


@pytest.mark.parametrize(
    "form, parameters, told",
    [
        ("dz/z", "", "pole of order 1, residue -1"),
        ("z*dz/(z**2 + 1)", "", "pole of order 1, residue -1"),
        ("z**2*dz", "", "pole of order 4, residue 0"),
        ("dz/z**2", "", "regular, residue 0"),
        ("a*dz/z", "a", "pole of order 1, residue -a"),
    ],
)
def test_at_infinity_a_form_has_its_own_type(capsys, form, parameters, told):
    options = ("--parameters", parameters) if parameters else ()
    assert f"z = oo: {told}" in answered(capsys, form, "--form", "--at", "oo", *options)[1].out


def test_a_residue_that_another_branch_does_not_share_has_no_meaning(capsys):
    status, told = answered(capsys, "1/(1 + sqrt(z))", "--at", "1")
    assert status == 2
    assert "UNDEFINED" in told.out
    assert "depends on the branch: 0 or -2" in told.out
