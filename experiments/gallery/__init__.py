"""The gallery: every activation, loss and penalty of `custom`, drawn and measured beside Keras' own."""
