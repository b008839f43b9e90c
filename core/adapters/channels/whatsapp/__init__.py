"""WhatsApp, through Twilio's Programmable Messaging (https://www.twilio.com/docs/whatsapp/api)."""

from core.adapters.channels.whatsapp.channel import WhatsAppChannel

__all__ = ["WhatsAppChannel"]
