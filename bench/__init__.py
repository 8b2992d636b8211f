"""`make bench`: ours beside the floor, interleaved in one run. Ratios are what to quote: machines are shared."""
