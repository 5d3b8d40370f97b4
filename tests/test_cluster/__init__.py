"""Tests of the test cluster itself: that its simulated half shows what a real one shows."""
