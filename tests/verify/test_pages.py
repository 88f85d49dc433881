"""Pages: what they declare, and how a mistake in one is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, symbols

from theory.propositions import equal
from verify import PROVED, Page, PageError, every, naturals, one_of, some
from verify.pages import fingerprint, sentence_in_paper
from verify.verdicts import INCONCLUSIVE, REFUTED, SUPPORTED

x, y = symbols("x y")
DOC = """Claim 1: a sentence.

Source      Nowhere, 000000
Uses        Definition 1, Theorem 2
Finding     Two lines,
            the second indented.
"""


def page():
    return Page(DOC)


def declare(doc=DOC, formula=lambda x: equal(x, x), letter="a", verdict=PROVED, **options):
    return Page(doc).reading(letter, "gloss", verdict, **({"printed": True, "x": every(x)} | options))(formula)


def test_the_docstring_gives_label_sentence_and_fields():
    p = page()
    assert (p.label, p.sentence, p.uses) == ("Claim 1", "a sentence.", ("Definition 1", "Theorem 2"))
    assert p.fields["Finding"] == "Two lines,\nthe second indented."


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1))
def test_spacing_case_and_markup_leave_the_fingerprint(sentence):
    decorated = "  ".join(f"**{word}**" for word in sentence.split()).upper().lower()
    plain = " ".join(sentence.split()).upper().lower()
    assert fingerprint(decorated) == fingerprint(plain)


def test_another_sentence_has_another_fingerprint():
    assert fingerprint("the sum is conserved") != fingerprint("the sum is not conserved")


def test_a_claim_is_found_in_the_paper_by_its_label():
    paper = "# T\n\n**Claim 1.** First.\nformula\n\n**Claim 10.** Tenth.\n\n# Next\n"
    assert sentence_in_paper(paper, "Claim 1") == "**Claim 1.** First.\nformula"
    assert sentence_in_paper(paper, "Claim 2") is None


@pytest.mark.parametrize(
    "options, told",
    [
        ({"x": every(x), "y": one_of(1)}, "give every parameter a domain"),
        ({"verdict": "PROVED"}, "write PROVED, SUPPORTED"),
        ({"letter": "a b"}, "letters, digits and _"),
        ({"x": 3}, "write every"),
        ({"given": {"strange": Eq(y, 1)}}, "not quantified"),
        ({"given": {"unknown": lambda z: True}}, "not quantified"),
        ({"given": {"words": "n is large"}}, "give a SymPy proposition"),
    ],
)
def test_a_wrong_declaration_names_the_page_the_value_and_a_way_out(options, told):
    with pytest.raises(PageError, match=told) as error:
        declare(**options)
    assert "reading" in str(error.value)


def test_a_letter_is_used_once():
    p = page()
    p.reading("a", "gloss", PROVED, x=every(x))(lambda x: equal(x, x))
    with pytest.raises(PageError, match="the letter is taken"):
        p.reading("a", "gloss", PROVED, x=every(x))(lambda x: equal(x, x))


def test_a_page_without_a_docstring_is_refused():
    with pytest.raises(PageError, match="its first line is the claim"):
        Page(None)


def test_a_page_without_a_printed_reading_says_how_to_mark_one():
    p = page()
    p.reading("a", "gloss", PROVED, x=every(x))(lambda x: equal(x, x))
    assert "printed=True" in (p.problem() or "")


def test_a_page_of_variants_needs_no_printed_reading():
    p = Page(DOC + "Variants of  Theorem 6\n")
    p.reading("a", "gloss", PROVED, x=every(x))(lambda x: equal(x, x))
    assert p.problem() is None
    assert p.claim_label == "Theorem 6"


def test_a_variation_that_is_no_reading_is_named():
    p = page()
    p.reading("a", "gloss", PROVED, printed=True, false_if="z", x=every(x))(lambda x: equal(x, x))
    assert "'z' is no reading" in (p.problem() or "")


def test_a_sampler_may_only_take_what_the_reading_ranges_over():
    reading = declare()
    with pytest.raises(PageError, match="does not range over"):
        reading.law(exponent=1, margin=0.1, size="n")(lambda size, rng, k: 0.0)


def test_a_script_has_at_most_fifteen_lines():
    with pytest.raises(PageError, match="15 are allowed"):
        declare().script("\n".join(["pass"] * 16))


@pytest.mark.parametrize(
    "wrong", [lambda: every(3), lambda: one_of(), lambda: some(), lambda: SUPPORTED @ "soon", lambda: REFUTED("DESIGN")]
)
def test_a_wrong_domain_or_verdict_is_refused_at_once(wrong):
    with pytest.raises(ValueError, match=r"every|one_of|some|budget|reason"):
        wrong()


def test_verdict_words_show_reason_and_budget():
    assert str(INCONCLUSIVE("DESIGN")) == "INCONCLUSIVE(DESIGN)"
    assert str(SUPPORTED @ "ci") == "SUPPORTED@ci"
    assert str(naturals(2)) == "naturals from 2"
