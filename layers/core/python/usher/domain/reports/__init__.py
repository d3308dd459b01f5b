"""What is read off afterwards: reports and their parts."""
