"""The registers of other authorities: where they are, how they are asked, what their answers say."""
