"""A model of a mail provider: IMAP and SMTP for one account, and people who write to it.

IMAP is pymap's and SMTP is aiosmtpd's; what is here is what a provider does with mail.
"""

from bridge.sandbox.mail.letters import Enclosed, Letter
from bridge.sandbox.mail.office import Account, Login, PostOffice
from bridge.sandbox.mail.people import Person
from bridge.sandbox.mail.server import MailServer

__all__ = ["Account", "Enclosed", "Letter", "Login", "MailServer", "Person", "PostOffice"]
