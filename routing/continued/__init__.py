"""A conversation that goes on by mail after its customer has left the site.

`due.py` decides when, `letter.py` what a mail says, `mailing.py` makes its rows,
`answers.py` brings the customer's answer back, `shown.py` tells agents of it, `again.py` is
what they do about one that failed, `site.py` adds the link back to the site. Why it is so:
docs/decisions/0013-going-on-by-mail.md.
"""
