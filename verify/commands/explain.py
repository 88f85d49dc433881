"""referee explain CLAIM: the claim's words, its readings, and how each was decided."""

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("claim", help="theorem_3, 'Theorem 3', theorem_3::a, or a page's file")
    parser.add_argument("path", nargs="?", help="where to look; the shipped paper if left out")
    parser.add_argument("--budget", choices=("quick", "ci", "deep"), default="quick")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> int:
    """Judge the claim's readings and print every step."""
    from verify.auditing import judge
    from verify.budgets import BUDGETS
    from verify.commands.selection import selected
    from verify.outcomes import exit_code

    pages, letter = selected(options.claim, options.path)
    rows = []
    for page in pages:
        print(f"{page.doc}\n")
        for reading in page.readings.values():
            if letter in (None, reading.letter):
                rows.append(judge(reading, BUDGETS[options.budget], options.seed))
                _explain(rows[-1])
    return exit_code(rows)


def _explain(row: dict) -> None:
    from verify.report import detail
    from verify.verdicts import REASONS

    role = "printed" if row["printed"] else "corrected" if row["corrected"] else "further"
    print(f"({row['reading']}) {row['gloss']}  [{role}]")
    facts = [("formula", row["formula"]), ("scope", row["scope"]), ("verdict", row["verdict"])]
    facts += [("recorded", row["recorded"]), ("because", detail(row))]
    if row["witness"] and row["witness"]["visible_from"]:
        facts.append(("visible", f"from {row['witness']['visible_from']} on"))
    if row["reason"]:
        facts.append(("reason", f"{row['reason']}: {REASONS.get(row['reason'], '')}"))
    facts += [("step", step) for step in row["steps"]] + [("limit", limit) for limit in row["limits"]]
    for name, text in facts:
        print(f"    {name:<9} {text}")
    print()
