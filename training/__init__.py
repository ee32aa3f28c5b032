"""Trains the built-in model: a small Stable Diffusion of coloured things on simple backgrounds.

Everything it learns from is drawn here, so the model owes nothing to anybody's pictures.
`python -m training` runs the whole chain; each module is one link of it.
"""
