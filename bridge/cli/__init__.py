"""The command line: what an administrator does from a shell."""

import typer

from bridge.cli import (
    agent,
    audit,
    backup,
    config,
    dead,
    doctor,
    explain,
    init,
    key,
    link,
    move,
    person,
    reload,
    retention,
    run,
    sandbox,
    token,
    webhook,
)

app = typer.Typer(
    name="deskbridge",
    help="One desk for customers on many networks. Start with `deskbridge init`, then `run`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(init.init)
app.command()(run.run)
app.command()(sandbox.sandbox)
app.command()(config.check)
app.command()(config.schema)
app.command()(doctor.doctor)
app.command()(reload.reload)
app.command()(run.migrate)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(run.restored)
app.command()(run.version)

_db = typer.Typer(help="The database.", no_args_is_help=True)
_db.command("move")(move.move)
app.add_typer(_db, name="db")

_config = typer.Typer(help="Look at the configuration.", no_args_is_help=True)
_config.command("show")(config.config_show)
app.add_typer(_config, name="config")

_explain = typer.Typer(help="Say why, and what is meant.", no_args_is_help=True)
_explain.command("key")(key.key)
_explain.command("message")(explain.message)
_explain.command("retention")(retention.explain)
app.add_typer(_explain, name="explain")

_agent = typer.Typer(help="Agents: who answers.", no_args_is_help=True)
_agent.command("add")(agent.add)
_agent.command("list")(agent.list_agents)
_agent.command("password")(agent.password)
_agent.command("sign-out")(agent.sign_out)
_agent.command("totp-reset")(agent.totp_reset)
_agent.command("link")(link.link)
_agent.command("unlink")(link.unlink)
app.add_typer(_agent, name="agent")

_person = typer.Typer(help="People: what there is of them, and away with it.", no_args_is_help=True)
_person.command("export")(person.export)
_person.command("erase")(person.erase)
app.add_typer(_person, name="person")

_audit = typer.Typer()
_audit.callback(invoke_without_command=True)(audit.audit)
_audit.command("verify")(audit.verify)
app.add_typer(_audit, name="audit")

_webhook = typer.Typer(help="Webhooks: programs of yours that are told.", no_args_is_help=True)
_webhook.command("list")(webhook.list_calls)
_webhook.command("show")(webhook.show)
_webhook.command("retry")(webhook.retry)
_webhook.command("test")(webhook.try_out)
app.add_typer(_webhook, name="webhook")

_dead = typer.Typer(
    help="What did not arrive: unreadable events, messages, posts, calls.",
    no_args_is_help=True,
)
_dead.command("list")(dead.list_dead)
_dead.command("show")(dead.show)
_dead.command("retry")(dead.retry)
_dead.command("drop")(dead.drop)
app.add_typer(_dead, name="dead")

_token = typer.Typer(help="API tokens: for scripts and bots.", no_args_is_help=True)
_token.command("add")(token.add)
_token.command("list")(token.list_tokens)
_token.command("revoke")(token.revoke)
_agent.add_typer(_token, name="token")
