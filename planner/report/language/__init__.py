"""How the planner speaks: languages with their catalogues, figures as text, and the sentences that a run keeps."""
