"""The phones of people who try a studio among stand-ins: a page with their chats, served beside those."""
