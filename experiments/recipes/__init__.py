"""Recipes: what is trained, on what, and how it is scored. One package per recipe."""
