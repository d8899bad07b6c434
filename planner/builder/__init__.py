"""From people, users, models and policies to a demand file, every step with its unit, coefficient and source.

formulas              the formulas, beside `planner.training`: plain numbers in, plain numbers out, units in the names
coefficients          the table of coefficients, each with low, base, high and source; a figure of a spec is one too
countries             the table of countries: people, who is online, who uses AI
spec, reading         the records of a spec, and how they are read
futures               low, base, high, and two hundred draws between
serving, jobs         a service in a country and year, a job: the figures that they pick, the steps that they take
access                who reaches a service over which access, and who is left out
building              a spec and a future become workloads and demands
writing               the demand file, its table and its explanation
benchmarks            what is known from elsewhere, to check a build against
"""
