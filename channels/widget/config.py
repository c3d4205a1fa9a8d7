"""What the loader and the frame are told before anybody writes."""

from collections.abc import Mapping, Sequence

from bridge.channel import ChannelContext
from channels.widget.protocol import Collect, PreChatField, Theme, WidgetConfig
from channels.widget.settings import WidgetSettings

# Nobody speaks more languages than fit in this.
LONGEST_WISH = 200


def choose_locale(wanted: str | None, context: ChannelContext) -> str:
    """Return the available locale nearest to those wanted, the dearest first, else the default.

    `wanted` is one tag or several with commas, as a browser lists them; `pt` serves `pt-BR`.
    """
    for tag in (wanted or "")[:LONGEST_WISH].split(","):
        for one in _shortened(tag.partition(";")[0].strip()):
            if one in context.locales:
                return one
    return context.locale


def _shortened(wanted: str) -> Sequence[str]:
    parts = wanted.replace("_", "-").lower().split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def widget_config(
    settings: WidgetSettings, context: ChannelContext, wanted: str | None
) -> WidgetConfig:
    """Return the configuration in the locale nearest to `wanted`."""
    locale = choose_locale(wanted, context)
    title, greeting = settings.title, settings.greeting
    theme, collect = settings.theme, settings.collect
    return WidgetConfig(
        key=settings.key,
        name=context.inbox_name if title is None else title.pick(locale, context.locale),
        greeting=None if greeting is None else greeting.pick(locale, context.locale),
        theme=Theme(theme.color, theme.position, theme.mode),
        locale=locale,
        locales=list(context.locales),
        pre_chat=[
            PreChatField(
                one.field,
                one.required,
                None if one.label is None else one.label.pick(locale, context.locale),
            )
            for one in settings.pre_chat
        ],
        max_upload=context.max_upload,
        max_length=context.max_length,
        collect=Collect(collect.page, collect.utm, collect.screen, bool(collect.ip)),
        continue_via=list(networks_on(settings, context)),
    )


def networks_on(settings: WidgetSettings, context: ChannelContext) -> Mapping[str, str]:
    """Return the networks that visitors are offered, each with the first inbox on it."""
    ways = context.onward.ways(settings.continue_via) if context.onward is not None else ()
    found: dict[str, str] = {}
    for way in ways:
        found.setdefault(way.kind, way.inbox_id)
    return found
