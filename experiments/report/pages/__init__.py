"""The pages: what stands on them, and how they are written."""
