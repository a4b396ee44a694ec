"""Tables and calculators of the exchange: values in, values out."""
