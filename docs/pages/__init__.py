"""The pages of the reference, by what they are made from; `generate` writes them."""
