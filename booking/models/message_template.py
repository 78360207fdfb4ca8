"""Messages whose words a steward has changed. The house's own words are in the code."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import UpdatedAt, one_of
from assetreg.rules.vocabulary import MESSAGE_CHANNELS


class MessageTemplate(Model):
    """The words of one event's message for one channel, as a steward wants them. A text has no subject."""

    __tablename__ = "message_template"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    changed_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    changed_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint("name <> '' AND body <> ''", name="said"),
        CheckConstraint(one_of("channel", MESSAGE_CHANNELS), name="channel_known"),
        CheckConstraint("channel <> 'email' OR subject <> ''", name="email_has_a_subject"),
    )
