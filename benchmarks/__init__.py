"""What dashcam is measured with: a generator of histories, and a run beside its peers. Never installed."""
