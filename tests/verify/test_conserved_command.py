"""referee conserved: what it prints for a module, a program and bad input, and with which status it ends."""

import json

import pytest

from verify.commands.cli import main

NETWORKS = """
import torch
from torch import nn

torch.manual_seed(0)


def relu():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))


def with_data():
    model, x = relu(), torch.randn(20, 2)
    with torch.no_grad():
        model[0].bias[0] = -50.0
    return model, x, x[:, :1]


def on_both_sides():
    model, x = relu(), 10 * torch.randn(20, 2)
    return model, torch.cat([x, -x])


def classes():
    return nn.Linear(2, 3, bias=False)


def filters():
    linear = nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.Conv1d(2, 1, 2, bias=False))
    return linear, torch.zeros(1, 1, 4)


def chain():
    return nn.Sequential(*(nn.Linear(a, b, bias=False) for a, b in ((1, 2), (2, 2), (2, 1))))


def wide():
    return nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 4)), torch.randn(5, 20)


def grouped():
    return nn.Sequential(nn.Linear(2, 2), nn.GroupNorm(1, 2)), torch.randn(5, 2)


def program():
    from theory.conservation import dense

    return dense([1, 2, 1], "relu")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.Linear(3, 1)

    def forward(self, x):
        return self.b(self.a(x).relu())


class Wide(Net):
    def __init__(self, width):
        super().__init__()


instance = relu()
compiled = torch.compile(relu(), backend="eager")
pair = instance, torch.ones(5, 2)


def needing(width, bias=True):
    return relu()


def model():
    from theory.conservation import dense

    return dense([1, 2, 1], "relu")


made_model = model()


def written():
    from sympy import Matrix, Max, symbols

    x, w, v = symbols("x1:3"), Matrix(2, 2, symbols("w1:5")), Matrix(1, 2, symbols("v1:3"))
    return v * (w * Matrix(x)).applyfunc(lambda u: Max(0, u)), {"W": w, "V": v}, x


def half_written():
    from sympy import Symbol

    return Symbol("a") * Symbol("x")


def unknown_function():
    from sympy import gamma, symbols

    a, x = symbols("a x")
    return gamma(a * x), [a], [x]


def exploding():
    return relu(), torch.randn(20, 2), 1e200 * torch.ones(20, 1)


def number():
    return 3


def failing():
    raise RuntimeError("no data here")
"""


@pytest.fixture
def told(tmp_path, capsys):
    """Run the command on a factory of NETWORKS: (status, stdout, stderr)."""
    path = tmp_path / "networks.py"
    path.write_text(NETWORKS, encoding="utf-8")

    def run(factory: str, *options: str) -> tuple[int, str, str]:
        status = main(["conserved", f"{path}:{factory}", *options])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run


def test_a_complete_list_ends_with_0(told):
    status, out, _ = told("relu")
    assert status == 0
    assert "complete: the flow has 3 independent laws" in out
    assert "‖0.weight[k, :]‖² + 0.bias[k]² − 2.weight[:, k]²" in out


def test_the_laws_that_the_structure_does_not_show_are_printed(told):
    status, out, _ = told("filters")
    assert status == 0
    assert "complete: the flow has 4 independent laws: 3 among those listed, and 1 more" in out
    assert "0.weight[0, 0, 0]" in out
    assert "0.weight[1,1,1]" not in out
    assert json.loads(told("filters", "--json", "-")[1])["complete"]


def test_a_count_that_is_not_decided_ends_with_2(told):
    status, out, _ = told("chain")
    assert status == 2
    assert "between 6 and 7" in out


def test_candidates_are_decided_and_a_false_one_flags(told):
    good, bad = "0.weight: 1, 0.bias: 1, 2.weight: -1", "0.weight: 1, 2.weight: 2"
    status, out, _ = told("relu", "--law", good)
    assert status == 0
    assert f"{good}: conserved [exact]" in out
    status, out, _ = told("relu", "--law", good, "--law", bad)
    assert status == 1
    assert f"{bad}: not conserved [exact]" in out
    assert "2 named, 1 of them conserved" in out


def test_a_candidate_of_a_wide_model_is_refuted_on_gradients(told):
    status, out, _ = told("wide", "--law", "0.weight: 1")
    assert status == 1
    assert "not conserved [measured: cosine" in out
    status, out, _ = told("wide", "--law", "0.weight: 1, 0.bias: 1, 2.weight: -1")
    assert status == 2
    assert "not decided" in out


def test_data_tell_dead_units_and_are_trained_on(told):
    status, out, _ = told("with_data")
    assert status == 0
    assert "1 dead (0): up to 3 further local laws" in out
    assert "followed over a time of 1 by rk4, in 8, 24 and 72 steps:" in out
    assert "3 laws, moved by the integrator alone: largest drift " in out
    assert "not followed" not in out


def test_inputs_without_targets_are_looked_at_and_not_trained_on(told):
    status, out, _ = told("on_both_sides")
    assert status == 0
    assert "on these data: no unit of a ReLU is dead, always on or at a kink" in out
    assert "not followed: return (module, inputs, targets)" in out


def test_the_number_of_steps_is_chosen(told):
    assert "in 2, 6 and 18 steps:" in told("with_data", "--steps", "2")[1]


def test_the_loss_adds_the_sums_over_classes(told):
    assert "the flow has 2 independent laws" in told("classes", "--loss", "cross-entropy")[1]
    assert "the flow has 0 independent laws" in told("classes")[1]


def test_a_part_that_cannot_be_read_is_named_and_counted_numerically(told):
    status, out, _ = told("grouped")
    assert status == 2
    assert "1: no rule for a layer GroupNorm" in out
    assert "--numerical with a factory that returns (module, inputs)" in out
    status, out, _ = told("grouped", "--numerical")
    assert status == 2
    assert "[measured: rank" in out


def test_a_program_of_theory_is_counted_exactly(told):
    status, out, _ = told("program")
    assert status == 0
    assert "‖W1[1,:]‖² − ‖W2[:,1]‖²" in out
    assert "2 independent laws, complete" in out


@pytest.mark.parametrize("form", ["Net", "instance", "pair", "compiled"])
def test_a_class_and_the_object_itself_are_taken_as_a_function_is(told, form):
    status, out, _ = told(form)
    assert status == 0
    assert "complete: the flow has 3 independent laws" in out


@pytest.mark.parametrize("form", ["model", "made_model"])
def test_a_model_is_taken_from_a_function_and_by_its_name(told, form):
    status, out, _ = told(form)
    assert status == 0
    assert "2 independent laws, complete" in out


def test_expressions_of_sympy_are_counted_exactly(told):
    status, out, _ = told("written")
    assert status == 0
    assert "‖W[1,:]‖² − ‖V[:,1]‖²" in out
    assert "written: 2 independent laws, complete" in out
    status, out, _ = told("unknown_function")
    assert status == 2
    assert "gamma(a*x): not taken" in out


def test_a_training_that_cannot_be_followed_leaves_the_laws(told):
    status, out, _ = told("exploding")
    assert status == 2
    assert "complete: the flow has 3 independent laws" in out
    assert "not followed on these data: trained: a weight is not finite" in out


def test_the_help_says_what_a_factory_may_be(capsys):
    with pytest.raises(SystemExit):
        main(["conserved", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "a function without arguments, a class without arguments, or the object itself" in told
    assert "(outputs, weights, inputs)" in told


def test_json_holds_the_values(told, tmp_path):
    file = tmp_path / "laws.json"
    _, out, _ = told("with_data", "--json", str(file))
    values = json.loads(file.read_text(encoding="utf-8"))
    assert (values["listed"], values["at_most"], values["complete"]) == (3, 3, True)
    assert values["units"][0]["state"] == "dead"
    assert values["drift"]["verdicts"] == ["integrator"] * 3
    assert "complete" in out
    assert json.loads(told("relu", "--json", "-")[1])["weights"] == 13


@pytest.mark.parametrize(
    "factory, options, text",
    [
        ("absent", (), "has no function absent"),
        ("absent", (), "it has relu, with_data"),
        ("number", (), "gives int 3: it must give a torch module"),
        ("Wide", (), "Wide of {file} is a class that needs width: write a function without arguments"),
        ("needing", (), "needing of {file} is a function that needs width"),
        ("half_written", (), "gives a*x: of SymPy it must be (outputs, weights, inputs)"),
        ("failing", (), "RuntimeError: no data here"),
        ("relu", ("--law", "0.weight = 1"), "is not 'parameter: number'"),
        ("relu", ("--law", "weight: 1"), "the parameters are 0.weight"),
        ("relu", ("--numerical",), "return (module, inputs)"),
        ("program", ("--numerical",), "counted exactly"),
        ("with_data", ("--steps", "0"), "--steps 0: at least 1"),
    ],
)
def test_bad_input_ends_with_4_and_says_what_is_wrong(told, tmp_path, factory, options, text):
    status, _, err = told(factory, *options)
    assert status == 4
    assert text.format(file=tmp_path / "networks.py") in err
    assert "Traceback" not in err


@pytest.mark.parametrize("target, text", [("nothing.py:f", "no such file"), ("nothing", "write FILE.py:FACTORY")])
def test_a_target_that_is_no_factory_ends_with_4(target, text, capsys):
    assert main(["conserved", target]) == 4
    assert text in capsys.readouterr().err
