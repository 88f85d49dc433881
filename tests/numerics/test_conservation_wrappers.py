"""What must be known of a module before it can be read."""

import pytest
import torch
from torch import nn

from numerics.conservation import laws
from numerics.conservation.structure import Unreadable


@pytest.mark.parametrize("register", ["register_hook", "register_post_accumulate_grad_hook"])
def test_a_weight_whose_gradient_a_hook_may_change_is_refused_until_it_is_removed(register):
    model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU(), nn.Linear(3, 1, bias=False))
    handle = getattr(model[0].weight, register)(lambda w: torch.sign(w) if register == "register_hook" else None)
    with pytest.raises(Unreadable, match="it has hooks, which may change its gradient") as caught:
        laws(model)
    assert caught.value.part == "0.weight"
    handle.remove()
    assert laws(model).count == 3
