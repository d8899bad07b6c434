"""Many plans of one question: a study is a file with dimensions, its folder a queue, its answer a table."""
