"""Text becomes models, and every fault of every file is told with its place.

The way of a question through this room is the way down this table. `planner.files` offers what comes out at its end.

==================  ================================================================================================
text                bytes from disk, or one line on why there are none
syntax              why a text is no YAML, in plain words
tree                text as a tree of nodes that know their places
tables, workbook    tables of demands, in CSV or XLSX, as the same tree
merged              the trees of several files as one
edits, changes,     what a variant makes of the trees before anything is typed: a value at a path; records taken out,
variants            added and set; the change sets of a scenario and of the command line
scalars, countries  words as values
shapes, forms       nodes as lists, years and records; fields written in a way of their own
fields              the readers of a model's fields, from its annotations
walk                nodes as the values of records; it gathers the faults
catalogue           the accelerators that come with the planner
links, sites        what is worked out as links, cables and sites are read
known, references   what there is to refer to, and whether each name refers to something
topologies,         the merged trees as models
demands, scenarios
measured            tables of measured round trips
places              where each value stands, for messages of later floors
seasons             what differs from season to season, checked and settled for the whole year
windows             windows of training jobs, which refine seasons into periods
load                all of this, from paths to `Inputs`
==================  ================================================================================================
"""
