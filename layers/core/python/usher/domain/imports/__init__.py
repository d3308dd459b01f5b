"""What imports are made of."""
