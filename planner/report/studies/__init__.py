"""Studies of many plans for readers: why an answer is as it is, who pays, what breaks."""
