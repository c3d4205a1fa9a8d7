"""Every code an error of the configuration may carry. They are stable: tools match them.

`docs/reference/config-errors.md` is generated from here, and its tests run each `wrong`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means, what to do, and the shortest file that earns it."""

    meaning: str
    help: str
    wrong: str = ""


CODES: dict[str, Code] = {
    "file_unreadable": Code(
        "The file is not there, may not be read, is larger than 2 MB, or is not UTF-8 text.",
        "name another file with --config, or mend this one's rights and encoding",
    ),
    "yaml_syntax": Code(
        "The text is not YAML, so nothing below the place could be looked at.",
        "mend this line or the one above it; two spaces indent one level",
        "version: 1\nserver: {listen: :8080\n",
    ),
    "yaml_too_large": Code(
        "The text unfolds into too many values, mostly through aliases.",
        "write the values out where they belong",
        "version: 1\nagents: &all [*all]\n",
    ),
    "custom_tag": Code(
        "A tag such as `!secret` or `!include` means nothing here.",
        "use ${VAR} or ${file:/path} instead of a tag",
        "version: 1\nserver: {secret_key: !secret key}\n",
    ),
    "duplicate_key": Code(
        "The same key stands twice in one map; YAML would silently keep one of them.",
        "remove one of the two",
        "version: 1\nversion: 1\n",
    ),
    "env_file": Code(
        "A line of the `.env` file beside the configuration cannot be read.",
        "write NAME=value, one a line",
    ),
    "unset_variable": Code(
        "A plain `${VAR}` names a variable that is not set.",
        "export it, put it in .env, or give a default: ${VAR:-default}",
        "version: 1\nserver: {public_url: '${NOT_SET_ANYWHERE}'}\n",
    ),
    "required_variable": Code(
        "`${VAR:?why}` names a variable that is not set or empty.",
        "export it, or put it in .env",
        "version: 1\nserver: {public_url: '${NOT_SET_ANYWHERE:?the public address}'}\n",
    ),
    "bad_reference": Code(
        "What stands in `${…}` is no reference.",
        "there are ${VAR}, ${VAR:-default}, ${VAR:?why} and ${file:/path}; $$ is a plain $",
        "version: 1\nserver: {public_url: '${1}'}\n",
    ),
    "unreadable_reference": Code(
        "The file of `${file:/path}`, or of a `…_FILE` variable, cannot be read.",
        "check the path and the rights; it is relative to the configuration's folder",
        "version: 1\nserver: {secret_key: '${file:not-there}'}\n",
    ),
    "override_conflict": Code(
        "A `DESKBRIDGE_…` variable and its `…_FILE` twin are both set.",
        "unset one of the two",
    ),
    "inline_secret": Code(
        "A secret is written in the file itself, where it would be copied and committed.",
        "write ${VAR} and set it in the environment or .env, or ${file:/run/secrets/name}",
        "version: 1\nserver: {secret_key: hunter2}\n",
    ),
    "secret_too_short": Code(
        "A secret has fewer than 32 bytes and could be guessed.",
        'make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        "version: 1\nserver: {secret_key: '${SHORT_SECRET}'}\n",
    ),
    "unknown_key": Code(
        "There is no such key at this place.",
        "remove it, or write its right name",
        "version: 1\nserver: {listn: ':8080'}\n",
    ),
    "missing_key": Code(
        "A key that must be there is not.",
        "add it",
        "version: 1\nagents: {anna: {role: agent}}\n",
    ),
    "unknown_kind": Code(
        "An inbox's or a surface's `type` names no kind there is.",
        "write one of the kinds",
        "version: 1\nchannels: {site: {type: wigdet}}\n",
    ),
    "wrong_type": Code(
        "A value of another type is wanted: text, a number, true or false, a list, a map.",
        "write a value of the wanted type; quotes make text of anything",
        "version: 1\nserver: {demo: 'off'}\n",
    ),
    "not_a_choice": Code(
        "The value is none of the words that may stand here.",
        "write one of the words",
        "version: 1\nlogging: {level: loud}\n",
    ),
    "out_of_range": Code(
        "The number is too small or too large, or the list too short or too long.",
        "stay within the limits",
        "version: 1\nconversation: {max_length: 0}\n",
    ),
    "bad_text": Code(
        "The text is too short, too long, or has characters that may not stand here.",
        "write it as the reference says",
        "version: 1\nquick_replies: {hello: {shortcut: 'h i', text: Hi}}\n",
    ),
    "bad_id": Code(
        "An id is not 1 to 40 characters of a-z, 0-9 and _.",
        "write it in small Latin letters, digits and _",
        "version: 1\nagents: {Anna-1: {name: Anna}}\n",
    ),
    "bad_duration": Code(
        "The value is no duration.",
        "write a number and a unit: 90s, 5m, 1m30s, 24h, 30d, 1y; or off where that is allowed",
        "version: 1\nrouting: {max_wait: 3}\n",
    ),
    "bad_prefix": Code(
        "What messages to colleagues begin with is empty or too long.",
        "write a few characters that no answer begins with, such as //",
        "version: 1\nstaff: {s: {type: telegram_forum, token: '${STAFF_BOT}', groups: [-1], "
        "note_prefix: ['']}}\n",
    ),
    "bad_size": Code(
        "The value is no size.",
        "write a number and a unit: 500kB, 4MB, 1GB; 1MB is 1024 × 1024 bytes",
        "version: 1\nstorage: {media: {max_upload: 4 megabytes}}\n",
    ),
    "bad_address": Code(
        "The value is no address to listen on.",
        "write 127.0.0.1:8080, [::1]:8080 or :8080; for server.admin_listen also "
        "unix:/path/to/a.sock",
        "version: 1\nserver: {listen: localhost}\n",
    ),
    "bad_url": Code(
        "The value is no address of this server as browsers see it.",
        "write http:// or https:// and the host, without a path",
        "version: 1\nserver: {public_url: support.example.com}\n",
    ),
    "needs_https": Code(
        "Something is switched on that needs this server to be reached by https.",
        "write the https address in server.public_url, or storage.media.large_files: refuse",
        "version: 1\nstorage: {media: {large_files: link}}\n",
    ),
    "no_topics": Code(
        "A conversation needs a topic to be closed, and there is none to give.",
        "declare some under topics, or allow conversation.other_topic",
        "version: 1\nconversation: {topic_required_to_close: true, other_topic: false}\n",
    ),
    "bad_origin": Code(
        "The value is no web origin.",
        "write the scheme, host and port: https://example.com or https://*.example.com",
        "version: 1\nchannels: {site: {type: widget, key: a, origins: [example.com]}}\n",
    ),
    "bad_network": Code(
        "The value is no IP address and no network.",
        "write 127.0.0.1 or 10.0.0.0/8",
        "version: 1\nserver: {trusted_proxies: [proxy]}\n",
    ),
    "bad_database": Code(
        "The value names no database that can be used.",
        "write sqlite:///var/deskbridge.db, sqlite:////absolute/path, or postgresql://user@host/name",
        "version: 1\nstorage: {database: 'mysql://db/deskbridge'}\n",
    ),
    "bad_redis": Code(
        "The value is no address of a Redis or Valkey server.",
        "write redis://host:6379/0, rediss://host:6380/0, or unix:///run/valkey/valkey.sock",
        "version: 1\nredis: 'http://redis.internal:6379'\n",
    ),
    "bad_email": Code(
        "The value is no email address.",
        "write it as anna@example.com",
        "version: 1\nagents: {anna: {name: Anna, email: anna}}\n",
    ),
    "bad_timezone": Code(
        "There is no time zone of this name.",
        "write an IANA name such as Europe/Kyiv",
        "version: 1\nlocale: {timezone: Europe/Kiyv}\n",
    ),
    "unknown_locale": Code(
        "A language is used that `locale.available` does not have.",
        "add it to locale.available, or remove it here",
        "version: 1\nlocale: {default: uk, available: [en]}\n",
    ),
    "unknown_inbox": Code(
        "An inbox is named that `channels` does not have.",
        "write the id of one of the inboxes",
        "version: 1\nchannels: {site: {type: widget, key: a, continue_via: [help_mail]}}\n",
    ),
    "unknown_id": Code(
        "An agent, a team, hours, a topic, a tag, a status or a webhook is named that its "
        "section does not have.",
        "write one of the ids there are, or add it to its section",
        "version: 1\nteams: {sales: {members: [anna]}}\n",
    ),
    "cannot_answer": Code(
        "An agent is to be given conversations who is a viewer.",
        "name somebody else, or give them another role",
        "version: 1\nagents: {eva: {name: Eva, role: viewer}}\nteams: {a: {members: [eva]}}\n",
    ),
    "no_bot": Code(
        "An agent who is no bot has the keys of one.",
        "write `role: bot`, or leave the keys out",
        "version: 1\nagents: {anna: {name: Anna, bot: {answer_within: 30s}}}\n",
    ),
    "overflow_circle": Code(
        "What waits too long would go on and on, and come back to where it began.",
        "remove the overflow of one of the teams",
        "version: 1\nteams: {night: {overflow: {to: night, after: 5m}}}\n",
    ),
    "bad_hours": Code(
        "The value is no range of times.",
        "write it as 09:00-18:00; 22:00-06:00 ends on the next day",
        "version: 1\nhours: {office: {weekly: {mon: [9 to 18]}}}\n",
    ),
    "bad_days": Code(
        "The key is no day of the week and no range of days.",
        "write mon, tue, wed, thu, fri, sat or sun, or a range as mon-fri",
        "version: 1\nhours: {office: {weekly: {weekdays: ['09:00-18:00']}}}\n",
    ),
    "bad_date": Code(
        "The value is no date, or no date and time.",
        "write it as 2027-01-01",
        "version: 1\nhours: {office: {weekly: {}, holidays: [new year]}}\n",
    ),
    "overlapping_hours": Code(
        "Two ranges of times lie over each other, or a day stands twice.",
        "put them together, or end the one before the other",
        "version: 1\nhours: {office: {weekly: {mon: ['09:00-13:00', '12:00-18:00']}}}\n",
    ),
    "expectation_failed": Code(
        "An example in `routing.expect` does not come out as it says.",
        "mend the rules, or the example",
        "version: 1\nteams: {a: {}, b: {}}\nchannels: {site: {type: widget, key: k, team: a}}\n"
        "routing: {expect: [{message: {channel: site}, gets: {team: b}}]}\n",
    ),
    "rule_never_fits": Code(
        "A warning: whatever this rule would take, an earlier one has taken already, or it "
        "contradicts itself.",
        "remove it, or put it before the other",
        "version: 1\nteams: {a: {}, b: {}}\n"
        "routing: {rules: [{to: {team: a}}, {when: {text: hi}, to: {team: b}}]}\n",
    ),
    "cannot_suppress": Code(
        "An automation is to leave out what is never said on its event.",
        "give it the event on which that is said",
        "version: 1\nautomations: {quiet: {when: {event: closed}, do: [{suppress: begun}]}}\n",
    ),
    "cannot_do": Code(
        "Something is to be done that can never be: what it needs is not there.",
        "add what it needs, or remove it",
        "version: 1\nautomations: {ask: {when: {event: closed}, do: [ask_rating]}}\n",
    ),
    "automation_never_runs": Code(
        "A warning: what this automation waits for can never be so.",
        "mend its conditions",
        "version: 1\n"
        "automations: {odd: {when: {event: message_received, by: agent}, do: [close]}}\n",
    ),
    "capacity_unused": Code(
        "A warning: a team's capacity says nothing where its agents take what they like.",
        "give the team a `strategy`, or remove its `capacity`",
        "version: 1\nteams: {sales: {capacity: 4}}\n",
    ),
    "cannot_continue": Code(
        "A conversation cannot go on in the inbox that is named: not in one of this kind.",
        "name a mailbox, or an inbox on Telegram, VK or Viber; or remove it here",
        "version: 1\nchannels:\n  a: {type: widget, key: a, continue_via: [b]}\n"
        "  b: {type: widget, key: b}\n",
    ),
    "no_mailbox": Code(
        "Agents cannot be mailed by the inbox that is named.",
        "name an inbox of type email",
        "version: 1\nchannels: {a: {type: widget, key: a}}\nstaff: {mail: {type: email, via: a}}\n",
    ),
    "bad_webhook_url": Code(
        "The value is no address that signed requests may go to.",
        "write https://host/path; in your own network http works too, with allow_private: true",
        "version: 1\nwebhooks: {crm: {url: crm.example.com, secret: '${GOOD_SECRET}'}}\n",
    ),
    "bad_endpoint": Code(
        "The value is no address at which a model can be asked.",
        "write https://host/path; in your own network http works too, with allow_private: true",
        "version: 1\nsuggestions: {endpoint: models.example.com, model: small}\n",
    ),
    "bad_meeting_url": Code(
        "The value is no address at which each meeting has a place of its own.",
        "write https://host/{{token}}, as your program for meetings has its rooms",
        "version: 1\nmeetings: {url: 'https://meet.example.com/room'}\n",
    ),
    "bad_webhook_secret": Code(
        "The value is no secret that requests can be signed with.",
        'make one: python3 -c "import base64, secrets; '
        "print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\"",
        "version: 1\nwebhooks: {crm: {url: 'https://a.example', secret: '${SHORT_SECRET}'}}\n",
    ),
    "bad_ticket": Code(
        "Tickets of a kind have no place to go, or two, or a field that cannot be filled in.",
        "write to: {inbox: a mailbox, address: tasks@example.com}, or to: {webhook: its id}",
        "version: 1\ntickets: {tasks: {name: Tasks, to: {address: tasks@example.com}}}\n",
    ),
    "unknown_variable": Code(
        "A text holds a `{{variable}}` that there is not.",
        "write one of the variables, as {{contact.name|there}}",
        "version: 1\nquick_replies: {hello: {shortcut: hi, text: 'Hi {{contact.nmae}}'}}\n",
    ),
    "duplicate_account": Code(
        "An account in Slack, in Telegram or at the identity provider is two agents': nobody "
        "could say who of them it is.",
        "take it from one of the two",
        "version: 1\nagents: {a: {name: A, telegram: 77}, b: {name: B, telegram: 77}}\n",
    ),
    "duplicate_value": Code(
        "A value that must be unique stands twice.",
        "change one of the two",
        "version: 1\nagents: {a: {name: A, email: a@b.cd}, b: {name: B, email: A@b.cd}}\n",
    ),
}
