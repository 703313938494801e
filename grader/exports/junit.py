"""Reports become JUnit XML, which continuous integration shows."""
