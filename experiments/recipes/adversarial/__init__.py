"""The recipe of generative adversarial networks."""
