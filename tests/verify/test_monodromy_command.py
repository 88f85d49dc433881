"""referee monodromy: curves, equations and functions; what it prints, its status, what it refuses."""

import json

import pytest

from verify.commands.cli import main


@pytest.fixture
def referee(capsys):
    """(status, printed text) of `referee monodromy …`; what is printed as an error is appended."""

    def run(*arguments):
        status = main(["monodromy", *arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_a_curve(referee):
    status, text = referee("y**3 - 3*y - x")
    assert status == 0
    assert "group: order 6, S3" in text
    assert "irreducible over C(x), primitive; genus 0" in text
    assert "x = -2  (2 3)" in text
    assert "σ(k) is where sheet k ends; σ, first loop first, multiply to 1" in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_function_of_z_is_answered_in_z(referee):
    status, text = referee("sqrt(z) + sqrt(z - 1)")
    assert status == 0
    assert text.startswith("y = sqrt(z) + sqrt(z - 1), ")
    assert "    z = 1   (1 2)(3 4)" in text
    assert "irreducible over C(z)" in text
    assert "x" not in text.replace("C2 x C2", "")


def test_one_sheet_has_the_trivial_group(referee):
    text = referee("y - x")[1]
    assert "1 sheet over the base" in text
    assert "group: order 1, trivial\n" in text


def test_a_reducible_curve(referee):
    status, text = referee("(y**2 - x)*(y - x)")
    assert status == 0
    assert "reducible over C(x)" in text


@pytest.mark.parametrize("P, left", [("(y - x)**2*(y + x)", "x**2 - y**2"), ("x*(y**2 - x)", "x - y**2")])
def test_what_is_left_of_a_curve_without_repeated_and_vertical_components_is_told(referee, P, left):
    status, text = referee(P)
    assert status == 0
    assert f"left out: {left} = 0" in text
    assert "left out" not in referee("2*y**2 - 2*x")[1]


def test_an_equation(referee):
    status, text = referee("--ode", "z*(1 - z)*y2 + (5/4 - 11/6*z)*y1 - 1/6*y", "--digits", "12")
    assert status == 0
    assert "z = 1: regular, exponents 5/12, 0" in text
    assert "product with oo encloses 1: yes; determinants enclose Liouville's: yes" in text
    assert "M_0·M_0·M_1 has infinite order" in text
    assert text.count("irreducible") == 1


def test_a_matrix_against_liouville_is_an_error_and_no_answer(referee, monkeypatch):
    from flint import acb

    from theory.monodromy import local_monodromy

    monkeypatch.setattr(local_monodromy, "determinant", lambda L, point: acb(7))
    status, text = referee("--ode", "z*y1 - y/3", "--digits", "8")
    assert status == 3
    assert "Liouville" in text


def test_an_irregular_point_is_named_and_gets_no_number(referee):
    status, text = referee("--ode", "y2 - z*y", "--digits", "8")
    assert status == 0
    assert "z = oo: irregular, exponents none, slopes 3/2 (2 times), irregularity 3" in text
    assert "Stokes matrices are no part of this group" in text
    assert "finite, order 1" in text


def test_the_base_and_the_digits_are_those_that_were_asked_for(referee):
    status, text = referee("--ode", "z*y1 - y/3", "--base", "2 + I", "--digits", "40", "--json", "-")
    data = json.loads(text)
    assert status == 0
    assert data["base"] == "2.00000000000000 + 1.00000000000000j"
    assert data["loops"][0]["trace"].count("0.8660254037844386467637231707529361834") == 1
    assert data["group"] == {"finite": True, "order": 3, "projective order": 1} | {"because": data["group"]["because"]}


@pytest.mark.parametrize(
    "f, word",
    [
        ("sqrt(z) + sqrt(z - 1)", "V4"),
        ("tanh(tanh(z))", "single-valued"),
        ("sin(sqrt(z))/sqrt(z)", "single-valued"),
        ("log(z)*z**(1/3)", "infinite order and the Jordan blocks: size 2 with eigenvalue e^(2πi·1/3)"),
        ("log(z)**2", "span 3 dimensions; the loop has infinite order and the Jordan blocks: size 3 with eigenvalue 1"),
        ("log(z)*sqrt(z)", "size 2 with eigenvalue -1"),
        ("-sqrt(z)", "= 0: 2 sheets over the base z = "),
    ],
)
def test_functions(referee, f, word):
    status, text = referee(f)
    assert status == 0
    assert word in text


@pytest.mark.parametrize("f", ["1/log(z)", "log(log(z))", "z**z"])
def test_functions_without_a_linear_monodromy_are_undefined(referee, f):
    status, text = referee(f)
    assert status == 2
    assert text.startswith("UNDEFINED: the monodromy of")


@pytest.mark.parametrize(
    "arguments, status, word",
    [
        (["y**2 - sqrt(2)*x"], 2, "refused"),
        (["--ode", "y1 - sin(z)*y"], 2, "rational"),
        (["--ode", "y1**2 - y"], 4, "linear"),
        (["--ode", "y1 - a*y"], 4, "unknown"),
        (["y**2 - x*z"], 4, "curve"),
        (["x**2 - 1"], 4, "curve"),
        (["y**2 - x", "--base", "0"], 4, "choose another"),
        (["y**2 - x", "--digits", "0"], 4, "at least 1"),
        (["y**2 - x", "--base", "oo"], 4, "a point of the plane"),
        (["y**2 - a*x"], 4, "write a value"),
        (["tanh(z)", "--figure", "loops.png"], 4, "without loops"),
        (["log(z)", "--base", "2"], 4, "without loops"),
        (["y**8 - x*y**7 - x**5 + 3", "--seconds", "0.05"], 2, "not within"),
    ],
)
def test_what_is_refused_and_why(referee, arguments, status, word):
    found, text = referee(*arguments)
    assert found == status
    assert word in text


def test_latex(referee):
    assert r"\sigma_{0} &= (1\ 2)" in referee("y**2 - x", "--latex")[1]
    assert (
        r"M_{0} &\approx \begin{pmatrix} -0.500000+0.866025\,i \end{pmatrix}"
        in referee("--ode", "z*y1 - y/3", "--latex")[1]
    )


def test_latex_has_the_digits_that_were_asked_for_and_names_jordan_blocks(referee):
    assert "0.86602540378443864676" in referee("--ode", "z*y1 - y/3", "--latex", "--digits", "20")[1]
    assert r"M_{0} \sim J_{2}\left(1\right)" in referee("log(3*z**2)", "--latex")[1]


def test_equations_of_high_order(referee):
    status, text = referee("--ode", "y9 - y", "--digits", "8")
    assert status == 0
    assert "irregularity 9" in text


def test_the_axes_of_a_picture_are_named(referee, tmp_path, monkeypatch):
    figures = pytest.importorskip("matplotlib.figure")
    drawn = []
    monkeypatch.setattr(figures.Figure, "savefig", lambda figure, file: drawn.append(figure))
    referee("y**2 - x", "--figure", str(tmp_path / "curve.svg"))
    referee("sqrt(z)", "--figure", str(tmp_path / "function.svg"))
    referee("--ode", "z*y1 - y/3", "--figure", str(tmp_path / "equation.svg"))
    labels = [(axes.get_xlabel(), axes.get_ylabel()) for figure in drawn for axes in figure.axes]
    assert labels == [(f"Re {name}", f"Im {name}") for name in ("x", "y", "z", "y", "z")]


def test_a_picture_is_written(referee, tmp_path):
    pytest.importorskip("matplotlib")
    for name, arguments in (("curve.png", ["y**3 - 3*y - x"]), ("equation.png", ["--ode", "z*y1 - y/3"])):
        assert referee(*arguments, "--figure", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
