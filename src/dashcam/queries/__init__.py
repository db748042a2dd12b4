"""What people want to know: typed questions over the store, the same for every interface."""
