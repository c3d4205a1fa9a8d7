"""The report that a mail did not arrive: https://www.rfc-editor.org/rfc/rfc3464."""

from email import policy
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, make_msgid

from bridge.sandbox.mail.letters import Letter

NO_SUCH_ADDRESS = "550 5.1.1 The email account that you tried to reach does not exist"
_WORDS = """\
Your message to {address} could not be delivered.

The response of the remote server was:
{answer}
"""


def report(letter: Letter, address: str, at: int) -> bytes:
    """Return what `MAILER-DAEMON` writes to the sender of a letter for this address."""
    domain = address.rpartition("@")[2]
    mail = MIMEMultipart("report")
    mail.set_param("report-type", "delivery-status")
    mail["From"] = formataddr(("Mail Delivery Subsystem", f"mailer-daemon@{domain}"))
    mail["To"] = letter.sender[1]
    mail["Subject"] = "Delivery Status Notification (Failure)"
    mail["Date"] = formatdate(at / 1000)
    mail["Message-ID"] = make_msgid(domain=domain)
    mail["In-Reply-To"] = letter.message_id
    mail["Auto-Submitted"] = "auto-replied"
    mail.attach(MIMEText(_WORDS.format(address=address, answer=NO_SUCH_ADDRESS), "plain", "utf-8"))
    mail.attach(_status(address, domain, at))
    head = letter.raw.partition(b"\r\n\r\n")[0]
    mail.attach(MIMEText(head.decode("ascii", "replace") + "\n", "rfc822-headers", "utf-8"))
    return mail.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _status(address: str, domain: str, at: int) -> Message:
    about, failed = Message(), Message()
    about["Reporting-MTA"] = f"dns; mx.{domain}"
    about["Arrival-Date"] = formatdate(at / 1000)
    failed["Final-Recipient"] = f"rfc822; {address}"
    failed["Action"] = "failed"
    failed["Status"] = "5.1.1"
    failed["Diagnostic-Code"] = f"smtp; {NO_SUCH_ADDRESS}"
    part = MIMEBase("message", "delivery-status")
    part.attach(about)
    part.attach(failed)
    return part
