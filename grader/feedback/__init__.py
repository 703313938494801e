"""Reports into what people read: the terminal, and pages in HTML."""
