"""Why an answer is as it is, for programs and on the terminal: causes, repairs, worth, alternatives, what decides."""
