"""What a published figure of compute means in cards, megawatts and money: the catalogue of accelerators, asked.

========  ==========================================================================================================
readings  a figure as it is published ("2 EFLOPS fp8 sparse"), and what each precision that it may mean makes of it
counts    PFLOPS as cards, systems, megawatts and money of a chip
========  ==========================================================================================================
"""
