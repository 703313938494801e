"""What a report says, in words: terminal, page, notebook and exports set these sentences and make none of their own."""
