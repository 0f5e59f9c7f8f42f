"""Small controllers: asking, editing, transfer, models."""
