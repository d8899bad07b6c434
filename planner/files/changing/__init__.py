"""What changes and writes files: edits that keep every comment and every line that they are not about.

No text is written anew: the place of every value in the file is known, an edit changes the few stretches of text that
it is about, and what comes out is read again and compared with what the edit means. A layout that would not come
through whole is refused, with its place, and nothing is written.

Whoever builds a page or a program on this uses the `Editor` (``planner.edit_topology``, ``planner.edit_scenario``):
``add``, ``set``, ``remove``, ``rename``, ``cut``, ``format``, then ``diff``, ``check``, ``save``; and
``planner.undo_edit``, ``redo_edit``, ``edits_of``, ``merge_topologies``. The modules below it are functions from a
`Document` (a text with its tree) to another one; they read and write no files.

==================  ================================================================================================
document            a text with the place of every value in it
operations          replace, insert, delete, rename: what they mean for plain values
surgery, extents    the same as changes of stretches of text; where the items of a text begin and end
rendering           values as text
orders              the canonical order of sections and fields
mentions            who names whom, in topologies, demands and scenarios
records, removal,   add and set; remove with its cascade; rename everywhere; a variant without a cable; canonical form;
renaming, cutting,  several topologies as one
formatting, merging
checking            what is wrong with files as they would be
history             what a file was before: the hidden folder ``.NAME.undo`` beside it, which may be deleted at any time
stepping            undo and redo, of one file or of all that an edit changed
editor              all of this as one sitting
differences,        what differs between two questions; the fields of a record as a file would write them
written
writing, workbooks  files that appear whole or not at all; workbooks as bytes, made in memory alone
==================  ================================================================================================
"""
