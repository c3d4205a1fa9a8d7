"""What the program itself tells customers, and whether it does."""

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.sections.rules import When
from bridge.settings.sections.said import (
    AGENT_NAME,
    OptedInto,
    Said,
    SaidOfAgent,
    SaidOfOpening,
    SaidOfScale,
    Switched,
    words,
)
from bridge.settings.sections.said import SCALE as RATING_SCALE
from bridge.settings.variables import NEXT_OPEN

_NAMES_AGENT = f"`{{{{{AGENT_NAME}}}}}`"
_NAMES_OPENING = (
    f"`{{{{{NEXT_OPEN}}}}}`, which becomes when it goes on: `tomorrow at 09:00`, `on Monday at "
    "09:00`, in the time zone of the hours; where no hours say when, `as soon as we can`, or "
    f"what stands after a bar: `{{{{{NEXT_OPEN}|later today}}}}`"
)
_NAMES_SCALE = f"`{{{{{RATING_SCALE}}}}}`, the highest number"


class Begun(Switched):
    """What a customer is told whose message begins a conversation."""

    when: When | None = Field(
        default=None,
        description="What must be so for it to be said, all of it: hours, inbox, whether it is "
        "the first message of this person. Without it, it is always said.",
        examples=[{"channel": "site", "outside": "office", "first_message": True}],
    )
    # No time is named and no one person: neither could be kept everywhere.
    text: Said = words(
        {
            "en": "Thank you, we have your message. Our team will answer you here.",
            "ru": "Спасибо, мы получили ваше сообщение. Наши сотрудники ответят вам здесь.",
            "uk": "Дякуємо, ми отримали ваше повідомлення. Наші співробітники дадуть відповідь "
            "тут.",
            "es": "Gracias, hemos recibido su mensaje. Nuestro equipo le responderá aquí.",
        }
    )


class AgentJoined(OptedInto):
    """What a customer is told when the first agent takes their conversation."""

    text: SaidOfAgent = words(
        {
            "en": "{{agent.name}} answers you.",
            "ru": "Вам отвечает {{agent.name}}.",
            "uk": "Вам відповідає {{agent.name}}.",
            "es": "Le atiende {{agent.name}}.",
        },
        _NAMES_AGENT,
    )


class AgentChanged(OptedInto):
    """What a customer is told when their conversation passes to another agent."""

    text: SaidOfAgent = words(
        {
            "en": "{{agent.name}} answers you from now on.",
            "ru": "Теперь вам отвечает {{agent.name}}.",
            "uk": "Тепер вам відповідає {{agent.name}}.",
            "es": "A partir de ahora le atiende {{agent.name}}.",
        },
        _NAMES_AGENT,
    )


class CloseWarning(Switched):
    """What a customer is told whose silence will close the conversation."""

    text: Said = words(
        {
            "en": "Are you still there? Write anything, or this conversation will soon be closed.",
            "ru": "Вы ещё здесь? Напишите что-нибудь, иначе разговор скоро будет закрыт.",
            "uk": "Ви ще тут? Напишіть будь-що, інакше розмову незабаром буде закрито.",
            "es": "¿Sigue ahí? Escriba algo o la conversación se cerrará en breve.",
        }
    )


class Closed(Switched):
    """What a customer is told when somebody has closed the conversation."""

    text: Said = words(
        {
            "en": "This conversation is closed. Write here whenever you need us again.",
            "ru": "Разговор завершён. Если мы снова понадобимся, просто напишите сюда.",
            "uk": "Розмову завершено. Якщо ми знову знадобимося, просто напишіть сюди.",
            "es": "La conversación se ha cerrado. Si vuelve a necesitarnos, escriba aquí.",
        }
    )


class ClosedInactive(Switched):
    """What a customer is told whose silence has closed the conversation."""

    text: Said = words(
        {
            "en": "We have not heard from you, so this conversation is closed. Write here to "
            "go on with it.",
            "ru": "От вас давно не было ответа, поэтому разговор завершён. Напишите сюда, чтобы "
            "его продолжить.",
            "uk": "Від вас давно не було відповіді, тому розмову завершено. Напишіть сюди, щоб "
            "її продовжити.",
            "es": "No hemos tenido noticias suyas y la conversación se ha cerrado. Escriba aquí "
            "para continuarla.",
        }
    )


class StillQuestions(Part):
    """What a customer is asked at the end."""

    text: Said = words(
        {
            "en": "Do you still have questions?",
            "ru": "У вас остались вопросы?",
            "uk": "У вас залишилися запитання?",
            "es": "¿Tiene alguna otra pregunta?",
        }
    )


class RatingQuestion(Part):
    """What a customer is asked after the end."""

    text: SaidOfScale = words(
        {
            "en": "How did we help you? 1 is bad, {{rating.scale}} is very good.",
            "ru": "Как мы вам помогли? 1 — плохо, {{rating.scale}} — отлично.",
            "uk": "Як ми вам допомогли? 1 — погано, {{rating.scale}} — чудово.",
            "es": "¿Qué tal le hemos atendido? 1 es mal, {{rating.scale}} es muy bien.",
        },
        _NAMES_SCALE,
    )


class Rated(Switched):
    """What a customer is told who has rated, with a button for a comment where there are any."""

    text: Said = words(
        {
            "en": "Thank you for your rating!",
            "ru": "Спасибо за вашу оценку!",
            "uk": "Дякуємо за вашу оцінку!",
            "es": "¡Gracias por su valoración!",
        }
    )


class CommentQuestion(Part):
    """What a customer is asked who wants to add a comment to their rating."""

    text: Said = words(
        {
            "en": "Please write your comment in one message.",
            "ru": "Напишите, пожалуйста, комментарий одним сообщением.",
            "uk": "Напишіть, будь ласка, коментар одним повідомленням.",
            "es": "Escriba su comentario en un solo mensaje, por favor.",
        }
    )


class Blocked(Switched):
    """What a customer is told whom an agent has blocked."""

    # Neither the reason nor the end of the block: both are the team's own.
    text: Said = words(
        {
            "en": "At present we do not take messages from you here.",
            "ru": "Сейчас мы не принимаем от вас сообщения здесь.",
            "uk": "Наразі ми не приймаємо від вас повідомлень тут.",
            "es": "Por el momento no aceptamos mensajes suyos por aquí.",
        }
    )


class Flooded(OptedInto):
    """What a customer is told who writes more than is let through."""

    text: Said = words(
        {
            "en": "You write faster than we can read. We have all your messages: please give us "
            "a moment.",
            "ru": "Вы пишете быстрее, чем мы успеваем читать. Все ваши сообщения у нас: дайте "
            "нам, пожалуйста, немного времени.",
            "uk": "Ви пишете швидше, ніж ми встигаємо читати. Усі ваші повідомлення в нас: дайте "
            "нам, будь ласка, трохи часу.",
            "es": "Escribe más rápido de lo que podemos leer. Tenemos todos sus mensajes: denos "
            "un momento, por favor.",
        }
    )


class Offline(Switched):
    """What a customer is told while nobody is here."""

    # It stands in place of the other, so it says as well that the message has come.
    text: SaidOfOpening = words(
        {
            "en": "Thank you, we have your message. Nobody is here just now: "
            "we will answer {{next_open}}.",
            "ru": "Спасибо, мы получили ваше сообщение. Сейчас никого нет на месте: "
            "мы ответим {{next_open}}.",
            "uk": "Дякуємо, ми отримали ваше повідомлення. Зараз нікого немає на місці: "
            "ми відповімо {{next_open}}.",
            "es": "Gracias, hemos recibido su mensaje. Ahora no hay nadie: "
            "le responderemos {{next_open}}.",
        },
        _NAMES_OPENING,
    )


class SystemMessages(Part):
    """What the program itself tells customers, by the occasion."""

    begun: Begun = Field(
        default_factory=Begun,
        description="Said once when a customer's message begins a new conversation, in every "
        "inbox; not when an earlier one is opened again, nor to a message that is more than an "
        "hour old when it comes in. By email an address gets one such answer a day, and none if "
        "the sender is not who they say. Customers who have left the site get it by mail, like "
        "an answer. For your team the customer waits as before.",
        examples=[{"enabled": False}, {"text": "Thank you, we have your message."}],
    )
    offline: Offline = Field(
        default_factory=Offline,
        description="Said instead of `begun`, once in a conversation, when a customer begins it "
        "or opens it again and nobody is here: outside of the `hours` of the team or the inbox, "
        "or while none of the agents who might be given it is online. Only where teams, hours, "
        "rules or a strategy say who is to be here; and not where `begun` would not be said.",
        examples=[{"enabled": False}, {"text": {"en": "We reply {{next_open}}."}}],
    )
    agent_joined: AgentJoined = Field(
        default_factory=AgentJoined,
        description="Said when the first agent takes a conversation or is given it; not by "
        "email, and never twice in a row of the same agent.",
        examples=[{"enabled": True}],
    )
    agent_changed: AgentChanged = Field(
        default_factory=AgentChanged,
        description="Said when another agent than before takes a conversation or is given it; "
        "not by email.",
        examples=[{"enabled": True}],
    )
    close_warning: CloseWarning = Field(
        default_factory=CloseWarning,
        description="Said once, `routing.close_warning` before the customer's silence closes "
        "the conversation; not by email. With `conversation.ask_still_questions` that question "
        "is asked in its place.",
        examples=[{"enabled": False}],
    )
    closed: Closed = Field(
        default_factory=Closed,
        description="Said when an agent, or the customer's own answer, has closed the "
        "conversation. What is asked then stands below it, in the same message.",
        examples=[{"enabled": False}],
    )
    closed_inactive: ClosedInactive = Field(
        default_factory=ClosedInactive,
        description="Said when the customer's silence has closed the conversation "
        "(`routing.close_inactive`).",
        examples=[{"enabled": False}],
    )
    still_questions: StillQuestions = Field(
        default_factory=StillQuestions,
        description="What `conversation.ask_still_questions` asks.",
        examples=[{"text": "Can we help you with anything else?"}],
    )
    rating: RatingQuestion = Field(
        default_factory=RatingQuestion,
        description="What `conversation.rating` asks.",
        examples=[{"text": "How did we do, from 1 to {{rating.scale}}?"}],
    )
    rated: Rated = Field(
        default_factory=Rated,
        description="Said once to a customer who has rated. Where the network has buttons, one "
        "under it lets them add a comment.",
        examples=[{"enabled": False}],
    )
    comment: CommentQuestion = Field(
        default_factory=CommentQuestion,
        description="What is said to a customer who has pressed that button: their next "
        "message within an hour is the comment.",
        examples=[{"text": "Please write your comment in one message."}],
    )
    blocked: Blocked = Field(
        default_factory=Blocked,
        description="Said once to a customer whom an agent blocks, where it was done, and not "
        "again for what they write then. By email it is one of the automatic answers, of which "
        "an address gets one a day, and is not sent if the sender is not who they say. In the "
        "widget the box to write in is locked as well.",
        examples=[{"enabled": False}, {"text": "We do not take messages from you."}],
    )
    flood: Flooded = Field(
        default_factory=Flooded,
        description="Said once in a flood to a customer who writes more than `flood.sender` lets "
        "through; not for what others in the inbox or at the same address write.",
        examples=[{"enabled": True}],
    )
