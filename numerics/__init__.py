"""What is measured: models, observables, estimators and inference."""
