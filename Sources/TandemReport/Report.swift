// Values in, text out.
