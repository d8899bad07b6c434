"""Every answer explained: why not, what would cure it, what each rule costs, what decides, what else is as good.

==============  ====================================================================================================
amendments      a change of a question in the words of its own files: what is set, what is taken away
restrictions    every limit, rule and fact that may stand in the way, with its place in the files and how to drop it
amounts         how little of a limit would have to give, and the amendment that gives it
proofs          what a proof that there is no plan speaks of
trials          a question tried with restrictions dropped
clashes         the smallest set of restrictions that cannot be kept together
quick           causes that are seen without solving
remedies        which amendments would help, one kind of restriction after the other, and in combination
repairs         remedies verified by solving again, with what they cost
journeys        how work travels: hop by hop, and where else it could go
diagnosis       all of it for a scenario without a plan
explanation     all of it for a plan
worth           what each rule, limit, failure and millisecond costs a year
extremes        the least and the most of everything within a share of the optimum
deciding        which inputs decide the answer
rivals          plans within a share of the optimum that differ most
errands         many questions with changes, and what each comes to
elsewhere       where else work could go, and what stands between
worthwhile      what leaving work would have to cost for it to be served
==============  ====================================================================================================

A reason, price, repair or cause given here is a claim that was tried: the question was changed in the words of its own
files, loaded and solved again.
"""
