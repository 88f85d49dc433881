"""The paper under audit, restated (paper.md), and one page for each of its claims."""
