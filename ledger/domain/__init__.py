"""The rules of personal accounts, pure: no clock, no network, no database.

`decide(command, view)` says what happens, `evolve(person, recorded)` what that makes of a person.
Deciding may refuse; evolving never does, because what was recorded has happened.
"""
