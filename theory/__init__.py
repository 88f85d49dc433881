"""What is said: exact statements, in SymPy, rationals, algebraic numbers and balls."""
