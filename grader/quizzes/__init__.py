"""The glossary and the quizzes: terms and items become questions, answers become reviews and a schedule."""
