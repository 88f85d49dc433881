"""A module without what torch wraps around it, and what must be known of it before it can be read."""

from typing import TYPE_CHECKING

from numerics.conservation.structure import Unreadable

if TYPE_CHECKING:
    from torch.nn import Module

WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
GRADIENT_HOOKS = ("_backward_hooks", "_post_accumulate_grad_hooks")  # of tensors


def unwrapped(module: "Module") -> "Module":
    """What torch.compile and data parallelism wrap: they compute the same on the same parameters."""
    kind = type(module)
    while kind.__module__.startswith("torch.") and kind.__name__ in WRAPPERS:
        module = getattr(module, WRAPPERS[kind.__name__])
        kind = type(module)
    return module


def known(module: "Module") -> "Module":
    """The module itself.

    Raises ValueError for a parameter without a shape or with complex entries, and Unreadable for a part with hooks,
    which may change what it computes, and for a parameter with hooks, which may change its gradient.
    """
    from torch.nn.parameter import is_lazy

    for name, p in module.named_parameters():
        if is_lazy(p):
            raise ValueError(f"{name} has no shape yet: call the module on a batch once, and then read it")
        if p.is_complex():
            raise ValueError(f"{name} is complex: the laws are sums over real weights; train its two parts")
        if any(getattr(p, hooks, None) for hooks in GRADIENT_HOOKS):
            raise Unreadable(name, "it has hooks, which may change its gradient: remove them while it is read")
    for name, part in module.named_modules():
        if name and any(getattr(part, hooks) for hooks in HOOKS):
            raise Unreadable(name, "it has hooks, which may change what it computes: remove them while it is read")
    return module
