"""What a results folder says, for pages, the notebook and further training alike."""
